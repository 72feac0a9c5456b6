from django.apps import AppConfig
from django.core.validators import MaxLengthValidator

from chuangxian import checks  # noqa: F401  registers the deploy checks


class ChuangxianConfig(AppConfig):
    name = "chuangxian"
    verbose_name = "创先争优"

    def ready(self) -> None:
        """Say of every text that is too long by how much, in plain words; browsers send the end of a line as two signs."""
        MaxLengthValidator.message = "最多 %(limit_value)d 个字（换行算两个），现在有 %(show_value)d 个，请删短一些。"
