from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery
import django.core.validators
import django.db.models.deletion

import chuangxian.clock


def begin_with_their_standard(apps, schema_editor):
    """What stood under a standard so far has held since the standard did."""
    standards = apps.get_model('schedule', 'Standard').objects.filter(pk=OuterRef('standard'))
    apps.get_model('schedule', 'Indicator').objects.filter(starts_on__isnull=True).update(
        starts_on=Subquery(standards.values('set__effective_from')[:1])
    )


def nothing(apps, schema_editor):
    """The column goes again."""


class Migration(migrations.Migration):

    dependencies = [
        ('branches', '0003_fill_search_keys'),
        ('schedule', '0003_action_items'),
    ]

    operations = [
        migrations.RenameModel(old_name='Condition', new_name='Indicator'),
        migrations.AlterModelOptions(
            name='indicator',
            options={
                'ordering': ['standard', F('organization__path').asc(nulls_first=True), 'post', 'order', 'pk'],
                'verbose_name': '指标',
                'verbose_name_plural': '指标',
            },
        ),
        migrations.AlterField(
            model_name='indicator',
            name='standard',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='schedule.standard', verbose_name='标准'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='branches.organization', verbose_name='党组织'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='text',
            field=models.TextField(max_length=500, verbose_name='指标'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='order',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='次序'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='points',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='分值'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='rule',
            field=models.TextField(blank=True, max_length=500, verbose_name='扣分办法'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='evidence_kind',
            field=models.CharField(blank=True, choices=[('meetings', '会议记录'), ('pledges', '承诺和践诺记录'), ('study', '学习记录'), ('evaluation', '群众评议结果'), ('documents', '文件、照片'), ('other', '其他')], max_length=12, verbose_name='佐证材料'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='key',
            field=models.SlugField(blank=True, editable=False, max_length=60, verbose_name='代号'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='starts_on',
            field=models.DateField(editable=False, null=True, verbose_name='启用日期'),
        ),
        migrations.RunPython(begin_with_their_standard, nothing),
        migrations.AlterField(
            model_name='indicator',
            name='starts_on',
            field=models.DateField(editable=False, verbose_name='启用日期'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='ended_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='停用日期'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='replaces',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='schedule.indicator', verbose_name='代替'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='entered_at',
            field=models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F('starts_on')), name='indicator_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=Q(key='') | Q(organization__isnull=True), name='indicator_of_the_file_is_general'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(condition=~Q(key=''), fields=('standard', 'key'), name='indicator_key_once_in_standard'),
        ),
        migrations.CreateModel(
            name='ScoringScheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enabled', models.BooleanField(default=False, verbose_name='计分')),
                ('weight', models.PositiveSmallIntegerField(default=20, verbose_name='每条标准分值')),
                ('bands', models.JSONField(verbose_name='等次')),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='scoring', to='schedule.campaign', verbose_name='活动')),
            ],
            options={
                'verbose_name': '计分办法',
                'verbose_name_plural': '计分办法',
            },
        ),
    ]
