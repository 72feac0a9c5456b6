"""What the group robots of 企业微信, 钉钉 and 飞书 want to hear, how it is signed, and what their answers mean.

Only listed hosts are called, over https, without following redirects; of an answer no more than a little is read.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import requests
from django.conf import settings

from chuangxian import clock
from schedule.leases import Trouble
from schedule.states.channels import Flavour
from schedule.states.notices import Error

HOSTS = {Flavour.WECOM: "qyapi.weixin.qq.com", Flavour.DINGTALK: "oapi.dingtalk.com", Flavour.FEISHU: "open.feishu.cn"}
PATHS = {
    Flavour.WECOM: "/cgi-bin/webhook/send",
    Flavour.DINGTALK: "/robot/send",
    Flavour.FEISHU: "/open-apis/bot/v2/hook/",
}
KEYS = {Flavour.WECOM: "key", Flavour.DINGTALK: "access_token"}
SIGNED = (Flavour.DINGTALK, Flavour.FEISHU)

# "later": too many messages at once, or busy
LATER = {
    Flavour.WECOM: {-1, 45009, 45033},
    Flavour.DINGTALK: {-1, 130101, 130102, 410100},
    Flavour.FEISHU: {9499, 11232, 11233},
}
FOOT = "——创先争优活动平台"


@dataclass(frozen=True, slots=True)
class Message:
    """What a group reads: one line, the day it falls due, and where to go."""

    title: str
    due: str
    link: str


def what_is_wrong(flavour: str, url: str) -> str:
    """Return why this address is not called, as a sentence; nothing when it may be."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "这个地址读不懂，请从群机器人的设置里整条复制。"
    place = host if port is None else f"{host}:{port}"
    plain = parts.scheme == "http" and host in settings.WEBHOOK_PLAIN_HOSTS
    if parts.username or parts.password or parts.fragment:
        return "地址里不能带用户名、密码或 # 号，请从群机器人的设置里整条复制。"
    if plain or (parts.scheme == "https" and place in settings.WEBHOOK_OWN_HOSTS):
        return ""
    if parts.scheme != "https":
        return "地址要以 https:// 开头。"
    label = Flavour(flavour).label
    if place != HOSTS[Flavour(flavour)] or host not in settings.WEBHOOK_HOSTS:
        return (
            f"这不是{label}群机器人的地址：应以 https://{HOSTS[Flavour(flavour)]}/ 开头。用别的主机请系统管理员登记。"
        )
    key = KEYS.get(Flavour(flavour))
    if not parts.path.startswith(PATHS[Flavour(flavour)]) or (key and not parse_qs(parts.query).get(key)):
        return f"这不是{label}群机器人的完整地址，请从群机器人的设置里整条复制。"
    return ""


def masked(url: str) -> str:
    """Show which address it is without giving it away: the host and the last four characters."""
    return f"{urlsplit(url).hostname}/…{url[-4:]}"


# ---- what is said ----


def body_of(flavour: str, message: Message) -> dict[str, Any]:
    """Return the message in the robot's own form. Nothing in it can call people by @, and no text becomes markup."""
    lines = [message.title, *([f"期限：{message.due}"] if message.due else [])]
    if flavour == Flavour.FEISHU:
        link = [{"tag": "a", "text": "查看", "href": message.link}] if message.link else []
        rows = [[{"tag": "text", "text": line}] for line in [*lines[1:]]]
        content = [*rows, *([link] if link else []), [{"tag": "text", "text": FOOT}]]
        return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": message.title, "content": content}}}}
    text = "\n".join([*lines, *([f"查看：{message.link}"] if message.link else []), FOOT])
    return {"msgtype": "text", "text": {"content": text}}


def signature(flavour: str, secret: str, timestamp: int) -> str:
    """Sign as the vendor wants it: 钉钉 signs "time, newline, secret" with the secret; 飞书 signs nothing with that as the key."""
    said = f"{timestamp}\n{secret}".encode()
    key, text = (secret.encode(), said) if flavour == Flavour.DINGTALK else (said, b"")
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def signed(flavour: str, url: str, secret: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return address and body with time and signature where the robot asks for them."""
    seconds = clock.wall().timestamp()
    if not secret or flavour not in SIGNED:
        return url, body
    if flavour == Flavour.DINGTALK:
        stamp = int(seconds * 1000)
        joint = "&" if urlsplit(url).query else "?"
        return f"{url}{joint}timestamp={stamp}&sign={quote_plus(signature(flavour, secret, stamp))}", body
    stamp = int(seconds)
    return url, {"timestamp": str(stamp), "sign": signature(flavour, secret, stamp), **body}


# ---- saying it ----


def tell(flavour: str, url: str, secret: str, message: Message) -> Trouble | None:
    """Say it to the group. Returns what went wrong, None when the robot took it."""
    if wrong := what_is_wrong(flavour, url):
        return Trouble(Error.REFUSED, wrong)
    url, body = signed(flavour, url, secret, body_of(flavour, message))
    data = json.dumps(body, ensure_ascii=False).encode()
    proxies = {"https": settings.WEBHOOK_PROXY, "http": settings.WEBHOOK_PROXY} if settings.WEBHOOK_PROXY else {}
    try:
        with requests.Session() as session:
            session.trust_env = False  # neither passwords from .netrc nor proxies nobody set here
            answer = session.post(
                url,
                data=data,
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=settings.WEBHOOK_TIMEOUT_SECONDS,
                allow_redirects=False,
                proxies=proxies,
                stream=True,
            )
            with answer:
                return _understood(flavour, answer.status_code, _beginning(answer))
    except requests.ConnectTimeout as error:
        return Trouble(Error.CONNECTION, _words(error))
    except requests.ConnectionError as error:
        # urllib3 says in its own way whether the line ever stood; if it did, the message may have arrived
        reason = getattr(error.args[0], "reason", None) if error.args else None
        never = type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "SSLError", "ProxyError")
        return Trouble(
            Error.CONNECTION if never or isinstance(error, requests.exceptions.SSLError) else Error.INTERRUPTED,
            _words(error),
        )
    except requests.Timeout as error:
        return Trouble(Error.INTERRUPTED, _words(error))
    except requests.RequestException as error:
        return Trouble(Error.INTERRUPTED, _words(error))


def _beginning(answer: requests.Response) -> bytes:
    """Read the answer, byte by byte so that one that only trickles ends too; nothing of one that is too long or too slow."""
    deadline = time.monotonic() + settings.WEBHOOK_TIMEOUT_SECONDS
    read = bytearray()
    for piece in answer.iter_content(1):
        read += piece
        if len(read) > settings.WEBHOOK_ANSWER_MAX_BYTES or time.monotonic() > deadline:
            return b""
    return bytes(read)


def _understood(flavour: str, status: int, text: bytes) -> Trouble | None:
    if status in (408, 429) or status >= 500:
        return Trouble(Error.TEMPORARY, f"对方返回 {status}")
    if 300 <= status < 400:
        return Trouble(Error.REFUSED, f"对方要求转到别的地址（{status}），不跟随")
    if status >= 400:
        return Trouble(Error.REFUSED, f"对方返回 {status}")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return Trouble(Error.TEMPORARY, "对方的回答看不懂")
    names = ("code", "StatusCode") if flavour == Flavour.FEISHU else ("errcode",)
    code = next((answer[name] for name in names if name in answer), None)
    if code == 0 and not isinstance(code, bool):
        return None
    words = f"{code} {answer.get('errmsg') or answer.get('msg') or answer.get('StatusMessage') or ''}".strip()
    if not isinstance(code, int):
        return Trouble(Error.TEMPORARY, "对方的回答里没有结果")
    return Trouble(Error.TEMPORARY if code in LATER[Flavour(flavour)] else Error.REFUSED, words)


def _words(error: Exception) -> str:
    """Say what happened without the address, which is a secret."""
    return f"{type(error).__name__}"
