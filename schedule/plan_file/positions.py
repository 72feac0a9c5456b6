"""Which line of a TOML file says what. tomllib and tomlkit keep no positions, so this walks the text once more.

It only walks text that tomllib has accepted, so it needs to know where things end, not whether they are right.
"""

import re
import tomllib

Place = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_LONG_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def line_numbers(text: str) -> dict[Place, int]:
    """Return for every table, key and array element of valid TOML the line it starts on, counted from 1.

    A place is the way to a value as in the loaded data: ``("phases", 1, "tasks", 0, "key")``.
    """
    walk = _Walk(text)
    walk.document()
    return {place: text.count("\n", 0, at) + 1 for place, at in walk.found.items()}


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Place, int] = {}
        self.last_index: dict[Place, int] = {}

    def document(self) -> None:
        table: Place = ()
        self.pass_over(_BLANK)
        while self.at < len(self.text):
            start = self.at
            if self.text.startswith("[[", start):
                self.at += 2
                names = self.key()
                array = self.resolve((*names,))
                index = self.last_index[array] = self.last_index.get(array, -1) + 1
                table = (*array, index)
                self.at = self.text.index("]]", self.at) + 2
                self.note(array, start)
                self.note(table, start)
            elif self.text[start] == "[":
                self.at += 1
                table = self.resolve((*self.key(),))
                self.at = self.text.index("]", self.at) + 1
                self.note(table, start)
            else:
                self.pair(table)
            self.pass_over(_BLANK)

    def resolve(self, names: Place) -> Place:
        """Turn the names of a header into a place: a name of an array of tables means its latest element."""
        place: Place = ()
        for depth, name in enumerate(names):
            place = (*place, name)
            if depth < len(names) - 1 and place in self.last_index:
                place = (*place, self.last_index[place])
        return place

    def pair(self, table: Place) -> None:
        start = self.at
        place = (*table, *self.key())
        self.note(place, start)
        self.pass_over(_SPACE)
        self.at += 1  # the equals sign
        self.value(place)

    def key(self) -> list[str]:
        parts = []
        while True:
            self.pass_over(_SPACE)
            quoted = _PLAIN_STRING.match(self.text, self.at)
            if quoted:
                parts.append(next(iter(tomllib.loads(f"{quoted[0]} = 0"))))
                self.at = quoted.end()
            else:
                parts.append(self.pass_over(_BARE_KEY))
            self.pass_over(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def value(self, place: Place) -> None:
        self.pass_over(_SPACE)
        opening = self.text[self.at]
        if opening == "[":
            self.at += 1
            index = 0
            while not self.closes("]"):
                self.note((*place, index), self.at)
                self.value((*place, index))
                index += 1
        elif opening == "{":
            self.at += 1
            while not self.closes("}"):
                self.pair(place)
        elif opening in "\"'":
            triple = self.text.startswith(opening * 3, self.at)
            self.pass_over(_LONG_STRING if triple else _PLAIN_STRING)
        else:
            self.pass_over(_SCALAR)

    def closes(self, bracket: str) -> bool:
        """Pass blanks and a comma; answer whether the list ends here, and if so pass its bracket."""
        self.pass_over(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self.pass_over(_BLANK)
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def note(self, place: Place, at: int) -> None:
        for length in range(1, len(place)):
            self.found.setdefault(place[:length], at)
        self.found.setdefault(place, at)

    def pass_over(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None, "tomllib accepted this text"
        self.at = found.end()
        return found[0]
