import chuangxian.clock
import django.db.models.deletion
import pledges.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('branches', '0001_initial'),
        ('schedule', '0001_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='PledgeCycle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('starts_on', models.DateField(verbose_name='开始')),
                ('submit_by', models.DateField(verbose_name='提诺截止')),
                ('review_by', models.DateField(verbose_name='审诺截止')),
                ('publish_by', models.DateField(verbose_name='亮诺截止')),
                ('midyear_on', models.DateField(blank=True, null=True, verbose_name='年中检查')),
                ('ends_on', models.DateField(help_text='每项承诺的完成时限都要在开始与这一天之间。', verbose_name='践诺截止')),
                ('appraise_by', models.DateField(verbose_name='评诺截止')),
                ('commissioners_review', models.BooleanField(default=False, help_text='打开后，支部组织委员也可以审本支部党员的承诺。', verbose_name='组织委员受委托审诺')),
                ('closed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='结束日期')),
                ('closing_note', models.TextField(blank=True, editable=False, verbose_name='结束说明')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledge_cycles', to='schedule.campaign', verbose_name='活动')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledge_cycles', to='branches.organization', verbose_name='组织承诺的党组织')),
            ],
            options={
                'verbose_name': '承诺周期',
                'verbose_name_plural': '承诺周期',
                'ordering': ['-year', 'path'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'year'), name='pledge_cycle_once_a_year'), models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('submit_by')), ('submit_by__lte', models.F('review_by')), ('review_by__lte', models.F('publish_by')), ('publish_by__lte', models.F('ends_on')), ('ends_on__lte', models.F('appraise_by'))), name='pledge_cycle_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Pledge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(choices=[('organization', '党组织'), ('member', '党员')], max_length=12, verbose_name='承诺主体')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('edition', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='版次')),
                ('revision_reason', models.TextField(blank=True, verbose_name='修订理由')),
                ('slogan', models.CharField(blank=True, help_text='一两句话，也可以不写。', max_length=100, verbose_name='承诺主题')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='签署日期')),
                ('state', models.CharField(choices=[('draft', '提诺（起草）'), ('submitted', '待审'), ('returned', '已退回'), ('approved', '已定诺'), ('published', '已亮诺'), ('reported', '已述诺'), ('appraised', '已评诺'), ('archived', '已归档'), ('superseded', '已有新版'), ('lapsed', '已作废')], default='draft', editable=False, max_length=12, verbose_name='状态')),
                ('first_submitted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='首次提交日期')),
                ('submitted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='提交日期')),
                ('approved_on', models.DateField(blank=True, editable=False, null=True, verbose_name='定诺日期')),
                ('published_on', models.DateField(blank=True, editable=False, null=True, verbose_name='亮诺日期')),
                ('superseded_on', models.DateField(blank=True, editable=False, null=True, verbose_name='停用日期')),
                ('reported_on', models.DateField(blank=True, editable=False, null=True, verbose_name='述诺日期')),
                ('appraised_on', models.DateField(blank=True, editable=False, null=True, verbose_name='评诺日期')),
                ('summary', models.TextField(blank=True, help_text='一年来践诺的总的情况，可以不写。', verbose_name='述诺小结')),
                ('external_document', models.CharField(blank=True, max_length=80, verbose_name='批复文号')),
                ('external_document_on', models.DateField(blank=True, null=True, verbose_name='批复日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='branches.organization', verbose_name='党组织')),
                ('reviewing', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='审诺党组织')),
                ('submitted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人')),
                ('supersedes', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later_editions', to='pledges.pledge', verbose_name='修订自')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='pledges.pledgecycle', verbose_name='承诺周期')),
            ],
            options={
                'verbose_name': '承诺书',
                'verbose_name_plural': '承诺书',
                'ordering': ['-cycle__year', 'path', '-subject_kind', 'member__sort_key', '-edition'],
                'indexes': [models.Index(fields=['cycle', 'path', 'state'], name='pledge_cycle_path_state'), models.Index(fields=['reviewing', 'state'], name='pledge_reviewing_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('subject_kind', 'member')), models.Q(('member__isnull', True), ('subject_kind', 'organization')), _connector='OR'), name='pledge_member_if_personal'), models.CheckConstraint(condition=models.Q(('supersedes__isnull', True), models.Q(('revision_reason', ''), _negated=True), _connector='OR'), name='pledge_revision_has_reason'), models.UniqueConstraint(condition=models.Q(('state__in', ('published', 'reported', 'appraised', 'archived'))), fields=('cycle', 'member'), name='pledge_one_in_force_of_member'), models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'submitted', 'returned', 'approved'))), fields=('cycle', 'member'), name='pledge_one_in_work_of_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True), ('state__in', ('published', 'reported', 'appraised', 'archived'))), fields=('cycle', 'organization'), name='pledge_one_in_force_of_organization'), models.UniqueConstraint(condition=models.Q(('member__isnull', True), ('state__in', ('draft', 'submitted', 'returned', 'approved'))), fields=('cycle', 'organization'), name='pledge_one_in_work_of_organization'), models.UniqueConstraint(condition=models.Q(('state', 'lapsed'), _negated=True), fields=('cycle', 'member', 'edition'), name='pledge_edition_once_of_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True), models.Q(('state', 'lapsed'), _negated=True)), fields=('cycle', 'organization', 'edition'), name='pledge_edition_once_of_organization')],
            },
        ),
        migrations.CreateModel(
            name='PledgeDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed', models.JSONField(verbose_name='内容')),
                ('saved_at', models.DateTimeField(default=chuangxian.clock.now, verbose_name='保存时间')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='pledges.pledge', verbose_name='承诺书')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
            ],
            options={
                'verbose_name': '未保存的内容',
                'verbose_name_plural': '未保存的内容',
                'constraints': [models.UniqueConstraint(fields=('pledge', 'user'), name='pledge_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='PledgeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='序号')),
                ('kind', models.CharField(choices=[('common', '共性承诺'), ('post', '岗位承诺'), ('practical', '实事承诺'), ('adhoc', '即时承诺')], default='post', max_length=10, verbose_name='类别')),
                ('content', models.TextField(max_length=500, verbose_name='承诺内容')),
                ('measure', models.TextField(blank=True, max_length=500, verbose_name='践诺措施')),
                ('baseline', models.CharField(blank=True, max_length=200, verbose_name='现状')),
                ('target', models.CharField(blank=True, max_length=200, verbose_name='目标')),
                ('due_on', models.DateField(verbose_name='完成时限')),
                ('responsible', models.CharField(blank=True, max_length=60, verbose_name='责任人（其他）')),
                ('outcome', models.CharField(blank=True, choices=[('fulfilled', '兑现'), ('partly', '基本兑现'), ('excused', '因客观原因未兑现'), ('unfulfilled', '未兑现')], max_length=12, verbose_name='兑现情况')),
                ('reported_outcome', models.CharField(blank=True, choices=[('fulfilled', '兑现'), ('partly', '基本兑现'), ('excused', '因客观原因未兑现'), ('unfulfilled', '未兑现')], editable=False, max_length=12, verbose_name='本人所述兑现情况')),
                ('explanation', models.TextField(blank=True, max_length=1000, verbose_name='说明')),
                ('settled_on', models.DateField(blank=True, editable=False, null=True, verbose_name='兑现（说明）日期')),
                ('carried_from', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carried_to', to='pledges.pledgeitem', verbose_name='结转自')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='pledges.pledge', verbose_name='承诺书')),
                ('responsible_member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.member', verbose_name='责任人')),
                ('revises', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revised_by', to='pledges.pledgeitem', verbose_name='修订自')),
                ('standard', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pledge_items', to='schedule.standard', verbose_name='对应标准')),
            ],
            options={
                'verbose_name': '承诺事项',
                'verbose_name_plural': '承诺事项',
                'ordering': ['pledge', 'place', 'pk'],
                'indexes': [models.Index(fields=['due_on', 'outcome'], name='pledge_item_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('settled_on__isnull', True)), models.Q(models.Q(('outcome', ''), _negated=True), ('settled_on__isnull', False)), _connector='OR'), name='pledge_item_settled_with_outcome')],
            },
        ),
        migrations.CreateModel(
            name='FulfilmentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('text', models.TextField(max_length=1000, verbose_name='做了什么')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='pledges.pledgeitem', verbose_name='承诺事项')),
            ],
            options={
                'verbose_name': '践诺记录',
                'verbose_name_plural': '践诺记录',
                'ordering': ['on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(upload_to=pledges.models.evidence_path, verbose_name='文件')),
                ('name', models.CharField(max_length=130, verbose_name='文件名')),
                ('content_type', models.CharField(max_length=100, verbose_name='类型')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('sha256', models.CharField(max_length=64, verbose_name='校验值')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='上传时间')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='pledges.fulfilmententry', verbose_name='践诺记录')),
            ],
            options={
                'verbose_name': '佐证材料',
                'verbose_name_plural': '佐证材料',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('return', '退回修改'), ('approve', '同意定诺'), ('record', '登记上级批复'), ('return_report', '退回述诺'), ('appraise', '评诺')], max_length=14, verbose_name='意见类别')),
                ('opinion', models.TextField(blank=True, verbose_name='意见')),
                ('on', models.DateField(verbose_name='日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='pledges.pledge', verbose_name='承诺书')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
            ],
            options={
                'verbose_name': '审诺意见',
                'verbose_name_plural': '审诺意见',
                'ordering': ['pk'],
            },
        ),
    ]
