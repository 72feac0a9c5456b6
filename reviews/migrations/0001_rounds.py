import chuangxian.clock
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('branches', '0003_fill_search_keys'),
        ('schedule', '0003_action_items'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('opens_on', models.DateField(verbose_name='开始')),
                ('self_review_by', models.DateField(verbose_name='对照检查截止')),
                ('closes_on', models.DateField(verbose_name='点评截止')),
                ('rectify_by', models.DateField(help_text='点评指出的问题，一般要在这一天以前整改完；每一条可以另定。', verbose_name='整改时限')),
                ('with_rating', models.BooleanField(default=False, help_text='方案没有要求定等次，一般不打开。', verbose_name='点评时定等次')),
                ('publicity', models.CharField(choices=[('private', '只告知本人'), ('branch', '在本支部公开'), ('public', '对外公开')], default='branch', max_length=10, verbose_name='点评一般')),
                ('closed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='结束日期')),
                ('closing_note', models.TextField(blank=True, editable=False, verbose_name='结束说明')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comment_rounds', to='branches.organization', verbose_name='组织点评的党组织')),
                ('semester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comment_rounds', to='schedule.semester', verbose_name='学期')),
            ],
            options={
                'verbose_name': '点评轮次',
                'verbose_name_plural': '点评轮次',
                'ordering': ['-opens_on', 'path'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'semester'), name='comment_round_once_a_semester'), models.CheckConstraint(condition=models.Q(('opens_on__lte', models.F('self_review_by')), ('self_review_by__lte', models.F('closes_on')), ('closes_on__lte', models.F('rectify_by'))), name='comment_round_dates_in_order')],
            },
        ),
        migrations.CreateModel(
            name='LeaderComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(choices=[('organization', '党组织'), ('secretary', '书记'), ('member', '党员')], max_length=12, verbose_name='点评对象')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('commentator_name', models.CharField(max_length=40, verbose_name='点评人姓名')),
                ('commentator_post', models.CharField(blank=True, max_length=60, verbose_name='点评人职务')),
                ('form', models.CharField(choices=[('meeting', '会议点评'), ('individual', '个别点评'), ('on_site', '现场点评'), ('random', '随机点评'), ('written', '书面点评')], default='individual', max_length=12, verbose_name='点评方式')),
                ('held_on', models.DateField(verbose_name='点评日期')),
                ('achievements', models.TextField(blank=True, max_length=1000, verbose_name='主要成绩')),
                ('direction', models.TextField(blank=True, max_length=1000, verbose_name='努力方向')),
                ('rating', models.CharField(blank=True, choices=[('good', '好'), ('fair', '较好'), ('ordinary', '一般'), ('poor', '差')], max_length=10, verbose_name='等次')),
                ('publicity', models.CharField(choices=[('private', '只告知本人'), ('branch', '在本支部公开'), ('public', '对外公开')], default='branch', max_length=10, verbose_name='公开范围')),
                ('state', models.CharField(choices=[('draft', '起草'), ('issued', '已点评'), ('acknowledged', '已签收'), ('rectifying', '整改中'), ('verified', '已整改'), ('closed', '已办结'), ('discarded', '已作废')], default='draft', editable=False, max_length=14, verbose_name='状态')),
                ('issued_on', models.DateField(blank=True, editable=False, null=True, verbose_name='点评发出日期')),
                ('acknowledged_on', models.DateField(blank=True, editable=False, null=True, verbose_name='签收日期')),
                ('response', models.TextField(blank=True, editable=False, max_length=500, verbose_name='签收意见')),
                ('verified_on', models.DateField(blank=True, editable=False, null=True, verbose_name='整改完成日期')),
                ('closed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='办结日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('commentator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments_given', to='branches.member', verbose_name='点评人')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='schedule.meeting', verbose_name='会议')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='branches.organization', verbose_name='党组织')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='reviews.commentround', verbose_name='点评轮次')),
            ],
            options={
                'verbose_name': '领导点评',
                'verbose_name_plural': '领导点评',
                'ordering': ['-round__opens_on', 'path', '-subject_kind', 'member__sort_key', 'pk'],
                'indexes': [models.Index(fields=['round', 'path', 'state'], name='comment_round_path_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', True), ('subject_kind', 'organization')), models.Q(models.Q(('subject_kind', 'organization'), _negated=True), ('member__isnull', False)), _connector='OR'), name='comment_member_if_personal'), models.CheckConstraint(condition=models.Q(('commentator__isnull', True), ('member__isnull', True), models.Q(('commentator', models.F('member')), _negated=True), _connector='OR'), name='comment_not_on_oneself'), models.UniqueConstraint(condition=models.Q(('member__isnull', False), models.Q(('state', 'discarded'), _negated=True)), fields=('round', 'commentator', 'subject_kind', 'organization', 'member'), name='comment_once_a_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True), models.Q(('state', 'discarded'), _negated=True)), fields=('round', 'commentator', 'organization'), name='comment_once_an_organization')],
            },
        ),
        migrations.CreateModel(
            name='CommentProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='序号')),
                ('text', models.TextField(max_length=500, verbose_name='问题')),
                ('due_on', models.DateField(verbose_name='整改时限')),
                ('standard', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comment_problems', to='schedule.standard', verbose_name='对应标准')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='reviews.leadercomment', verbose_name='点评')),
            ],
            options={
                'verbose_name': '点评指出的问题',
                'verbose_name_plural': '点评指出的问题',
                'ordering': ['comment', 'place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.CharField(choices=[('self_review', '对照检查'), ('comment', '领导点评')], max_length=12, verbose_name='缺少')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='党组织')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='reviews.commentround', verbose_name='点评轮次')),
            ],
            options={
                'verbose_name': '未覆盖说明',
                'verbose_name_plural': '未覆盖说明',
                'ordering': ['round', 'duty', 'organization__path', 'member__sort_key', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'duty', 'member'), name='round_gap_once_a_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True)), fields=('round', 'duty', 'organization'), name='round_gap_once_an_organization')],
            },
        ),
        migrations.CreateModel(
            name='SelfReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(choices=[('organization', '党组织'), ('secretary', '书记'), ('member', '党员')], max_length=12, verbose_name='主体')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('state', models.CharField(choices=[('draft', '起草'), ('submitted', '待审'), ('returned', '已退回'), ('accepted', '已认可'), ('archived', '已归档'), ('lapsed', '已作废')], default='draft', editable=False, max_length=12, verbose_name='状态')),
                ('confirmed_no_gap', models.BooleanField(default=False, verbose_name='经核对确实没有差距')),
                ('first_submitted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='首次提交日期')),
                ('submitted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='提交日期')),
                ('accepted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='认可日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='self_reviews', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_reviews', to='branches.organization', verbose_name='党组织')),
                ('reviewing', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='审阅党组织')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_reviews', to='reviews.commentround', verbose_name='点评轮次')),
                ('set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_reviews', to='schedule.standardset', verbose_name='标准体系')),
                ('submitted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人')),
            ],
            options={
                'verbose_name': '对照检查',
                'verbose_name_plural': '对照检查',
                'ordering': ['-round__opens_on', 'path', '-subject_kind', 'member__sort_key', 'pk'],
                'indexes': [models.Index(fields=['round', 'path', 'state'], name='selfreview_round_path_state'), models.Index(fields=['reviewing', 'state'], name='selfreview_reviewing_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('subject_kind', 'member')), models.Q(('member__isnull', True), ('subject_kind', 'organization')), _connector='OR'), name='selfreview_member_if_personal'), models.UniqueConstraint(condition=models.Q(('state', 'lapsed'), _negated=True), fields=('round', 'member'), name='selfreview_once_a_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True), models.Q(('state', 'lapsed'), _negated=True)), fields=('round', 'organization'), name='selfreview_once_an_organization')],
            },
        ),
        migrations.CreateModel(
            name='ReviewOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('return', '退回修改'), ('accept', '认可')], max_length=8, verbose_name='意见类别')),
                ('opinion', models.TextField(blank=True, verbose_name='意见')),
                ('on', models.DateField(verbose_name='日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审阅人')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='reviews.selfreview', verbose_name='对照检查')),
            ],
            options={
                'verbose_name': '审阅意见',
                'verbose_name_plural': '审阅意见',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SelfReviewLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='序号')),
                ('answer', models.CharField(blank=True, choices=[('met', '做到了'), ('partly', '基本做到'), ('gap', '有差距')], max_length=8, verbose_name='对照结果')),
                ('practice', models.TextField(blank=True, max_length=2000, verbose_name='做法')),
                ('gap', models.TextField(blank=True, max_length=1000, verbose_name='差距')),
                ('cause', models.TextField(blank=True, max_length=1000, verbose_name='原因')),
                ('self_score', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='自查分')),
                ('assessed_score', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='考核分')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='reviews.selfreview', verbose_name='对照检查')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_review_lines', to='schedule.standard', verbose_name='标准')),
            ],
            options={
                'verbose_name': '对照检查事项',
                'verbose_name_plural': '对照检查事项',
                'ordering': ['review', 'place', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'standard'), name='selfreview_standard_once')],
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='序号')),
                ('text', models.TextField(max_length=500, verbose_name='措施')),
                ('due_on', models.DateField(verbose_name='完成时限')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.member', verbose_name='责任人')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='reviews.selfreviewline', verbose_name='对照检查事项')),
            ],
            options={
                'verbose_name': '整改措施',
                'verbose_name_plural': '整改措施',
                'ordering': ['line', 'place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Typed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=40)),
                ('number', models.BigIntegerField()),
                ('typed', models.JSONField(verbose_name='内容')),
                ('saved_at', models.DateTimeField(default=chuangxian.clock.now, verbose_name='保存时间')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
            ],
            options={
                'verbose_name': '未保存的内容',
                'verbose_name_plural': '未保存的内容',
                'constraints': [models.UniqueConstraint(fields=('user', 'record', 'number'), name='typed_once')],
            },
        ),
    ]
