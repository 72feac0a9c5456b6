from django.db import migrations


def move(apps, schema_editor):
    """What somebody has typed and not saved is kept beside the accounts from now on."""
    there = apps.get_model('accounts', 'Typed').objects
    for row in apps.get_model('reviews', 'Typed').objects.all():
        there.create(user_id=row.user_id, record=row.record, number=row.number, typed=row.typed, saved_at=row.saved_at)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_typed'),
        ('reviews', '0002_evaluations'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name='Typed'),
    ]
