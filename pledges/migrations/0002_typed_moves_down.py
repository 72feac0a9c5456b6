from django.db import migrations


def move(apps, schema_editor):
    """What somebody has typed and not saved is kept beside the accounts from now on."""
    there = apps.get_model('accounts', 'Typed').objects
    for row in apps.get_model('pledges', 'PledgeDraft').objects.all():
        there.create(
            user_id=row.user_id, record='pledges.pledge', number=row.pledge_id, typed=row.typed, saved_at=row.saved_at
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_typed'),
        ('pledges', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name='PledgeDraft'),
    ]
