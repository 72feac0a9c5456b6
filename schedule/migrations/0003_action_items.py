import chuangxian.clock
import django.db.models.deletion
import schedule.models.items
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('branches', '0003_fill_search_keys'),
        ('schedule', '0002_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('source', models.CharField(choices=[('self_review', '对照检查'), ('comment', '领导点评'), ('pledge', '未兑现的承诺'), ('evaluation', '群众评议'), ('other', '其他')], default='other', max_length=12, verbose_name='来源')),
                ('source_type', models.CharField(blank=True, editable=False, max_length=60)),
                ('source_id', models.BigIntegerField(editable=False, null=True)),
                ('source_place', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='来源材料')),
                ('problem', models.TextField(max_length=500, verbose_name='问题')),
                ('cause', models.TextField(blank=True, max_length=500, verbose_name='原因')),
                ('measure', models.TextField(blank=True, max_length=500, verbose_name='整改措施')),
                ('due_on', models.DateField(verbose_name='完成时限')),
                ('state', models.CharField(choices=[('open', '待整改'), ('in_progress', '整改中'), ('submitted', '待验收'), ('reopened', '退回再改'), ('verified', '已销号'), ('cancelled', '已撤销')], default='open', editable=False, max_length=12, verbose_name='状态')),
                ('raised_on', models.DateField(editable=False, verbose_name='提出日期')),
                ('result', models.TextField(blank=True, max_length=1000, verbose_name='整改结果')),
                ('submitted_on', models.DateField(editable=False, null=True, verbose_name='提交验收日期')),
                ('verified_on', models.DateField(editable=False, null=True, verbose_name='销号日期')),
                ('cancelled_on', models.DateField(editable=False, null=True, verbose_name='撤销日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='action_items', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='action_items', to='branches.organization', verbose_name='党组织')),
                ('raised_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('responsible', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.member', verbose_name='责任人')),
                ('standard', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='action_items', to='schedule.standard', verbose_name='对应标准')),
                ('submitted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verified_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='验收人')),
                ('verifying', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='验收党组织')),
            ],
            options={
                'verbose_name': '整改事项',
                'verbose_name_plural': '整改事项',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='actionitem_state_due'), models.Index(fields=['source_type', 'source_id'], name='actionitem_source')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'verified'), ('verified_by__isnull', False), ('verified_on__isnull', False)), models.Q(models.Q(('state', 'verified'), _negated=True), ('verified_on__isnull', True)), _connector='OR'), name='actionitem_verified_by_somebody'), models.UniqueConstraint(condition=models.Q(models.Q(('source_type', ''), _negated=True), models.Q(('state', 'cancelled'), _negated=True)), fields=('source_type', 'source_id', 'source_place'), name='actionitem_once_a_source')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('kind', models.CharField(choices=[('branch_assembly', '支部党员大会'), ('branch_committee', '支部委员会'), ('group', '党小组会'), ('lecture', '党课'), ('organization_life', '组织生活会'), ('democratic_life', '民主生活会'), ('comment', '点评会'), ('mobilisation', '动员会'), ('commendation', '表彰会'), ('other', '其他')], max_length=20, verbose_name='会议类别')),
                ('title', models.CharField(max_length=120, verbose_name='会议名称')),
                ('held_on', models.DateField(verbose_name='召开日期')),
                ('place', models.CharField(blank=True, max_length=80, verbose_name='地点')),
                ('host', models.CharField(blank=True, max_length=40, verbose_name='主持人')),
                ('due_count', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='应到人数')),
                ('present_count', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='实到人数')),
                ('minutes', models.TextField(blank=True, verbose_name='会议纪要')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='branches.organization', verbose_name='召开会议的党组织')),
                ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
            ],
            options={
                'verbose_name': '会议记录',
                'verbose_name_plural': '会议记录',
                'ordering': ['-held_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_count__isnull', True), ('present_count__isnull', True), ('present_count__lte', models.F('due_count')), _connector='OR'), name='meeting_present_at_most_due')],
            },
        ),
        migrations.CreateModel(
            name='ProgressEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('text', models.TextField(max_length=1000, verbose_name='做了什么')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='schedule.actionitem', verbose_name='整改事项')),
            ],
            options={
                'verbose_name': '整改进展',
                'verbose_name_plural': '整改进展',
                'ordering': ['on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ActionEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(upload_to=schedule.models.items.action_evidence_path, verbose_name='文件')),
                ('name', models.CharField(max_length=130, verbose_name='文件名')),
                ('content_type', models.CharField(max_length=100, verbose_name='类型')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('sha256', models.CharField(max_length=64, verbose_name='校验值')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='上传时间')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='schedule.progressentry', verbose_name='整改进展')),
            ],
            options={
                'verbose_name': '整改佐证材料',
                'verbose_name_plural': '整改佐证材料',
                'ordering': ['pk'],
            },
        ),
    ]
