from django.db import migrations
from pypinyin import Style, lazy_pinyin


def fill(apps, schema_editor):
    """Members entered before the key existed; the frozen wording of branches.names is enough for them until they are next saved."""
    Member = apps.get_model("branches", "Member")
    for member in Member.objects.filter(search_key="").iterator():
        sounds = ["".join(filter(str.isalpha, one)) for one in lazy_pinyin(member.name, style=Style.NORMAL)]
        sounds = [one for one in sounds if one]
        member.search_key = f"{''.join(sounds)} {''.join(one[0] for one in sounds)}".lower()[:80]
        member.save(update_fields=["search_key"])


class Migration(migrations.Migration):
    dependencies = [("branches", "0002_roster_imports")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
