import branches.models
import chuangxian.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('branches', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RosterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('roster_on', models.DateField(verbose_name='名册日期')),
                ('file', models.FileField(max_length=120, upload_to=branches.models.roster_file_name, verbose_name='文件')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件指纹')),
                ('state', models.CharField(choices=[('rehearsed', '已预演'), ('committed', '已导入'), ('undone', '已撤销'), ('discarded', '已放弃')], default='rehearsed', max_length=10, verbose_name='状态')),
                ('counts', models.JSONField(blank=True, default=dict, verbose_name='行数')),
                ('uploaded_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='上传时间')),
                ('committed_on', models.DateField(null=True, verbose_name='导入日期')),
                ('undone_on', models.DateField(null=True, verbose_name='撤销日期')),
                ('committed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导入人')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster_imports', to='branches.organization', verbose_name='党组织')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '名册导入',
                'verbose_name_plural': '名册导入',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['organization', 'sha256'], name='rosterimport_same_file')],
            },
        ),
        migrations.CreateModel(
            name='RosterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(choices=[('organization', '党组织'), ('member', '党员'), ('membership', '党籍隶属'), ('postassignment', '任职')], max_length=20, verbose_name='记录类别')),
                ('object_id', models.BigIntegerField(verbose_name='记录编号')),
                ('before', models.JSONField(null=True, verbose_name='原值')),
                ('after', models.JSONField(verbose_name='新值')),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='branches.rosterimport', verbose_name='名册导入')),
            ],
            options={
                'verbose_name': '名册导入的改动',
                'verbose_name_plural': '名册导入的改动',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('roster', 'record', 'object_id'), name='rosterchange_once_a_record')],
            },
        ),
        migrations.AddField(
            model_name='member',
            name='confirmed_precision',
            field=models.CharField(choices=[('day', '日'), ('month', '月'), ('year', '年')], default='day', max_length=5),
        ),
        migrations.AddField(
            model_name='member',
            name='search_key',
            field=models.CharField(default='', editable=False, max_length=80),
        ),
    ]
