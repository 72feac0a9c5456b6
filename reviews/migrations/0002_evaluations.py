import chuangxian.clock
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('branches', '0003_fill_search_keys'),
        ('reviews', '0001_rounds'),
        ('schedule', '0005_longer_causes'),
    ]

    operations = [
        migrations.CreateModel(
            name='GradeScale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
            ],
            options={
                'verbose_name': '等次体系',
                'verbose_name_plural': '等次体系',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='年度')),
                ('kind', models.CharField(choices=[('mass', '群众评议'), ('appraisal', '民主评议党员')], default='mass', max_length=10, verbose_name='种类')),
                ('subject_kind', models.CharField(choices=[('organization', '党组织'), ('member', '党员')], max_length=12, verbose_name='评议对象')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('invitation', models.TextField(blank=True, max_length=500, verbose_name='给评议人的话')),
                ('opens_on', models.DateField(verbose_name='开始')),
                ('closes_on', models.DateField(verbose_name='截止')),
                ('least_group', models.PositiveSmallIntegerField(default=5, help_text='少于这个人数的评议人类别不单独公布，也推算不出来。', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(50)], verbose_name='最少人数')),
                ('rectify_below', models.PositiveSmallIntegerField(blank=True, default=60, help_text='满意率低于它的项目列入整改；不填就不设。', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='整改线（%）')),
                ('rectify_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(7)], verbose_name='整改天数')),
                ('make_up', models.BooleanField(default=True, verbose_name='低于整改线时起草补评')),
                ('publicity', models.CharField(choices=[('committee', '支部委员会和被评议的人'), ('unit', '本单位党员'), ('public', '对外公开')], default='committee', max_length=10, verbose_name='结果公布范围')),
                ('with_remarks', models.BooleanField(default=True, verbose_name='可以写意见建议')),
                ('state', models.CharField(choices=[('draft', '起草'), ('announced', '已公布'), ('sealed', '已封存'), ('published', '已公布结果'), ('void', '已作废')], default='draft', editable=False, max_length=10, verbose_name='状态')),
                ('announced_on', models.DateField(blank=True, editable=False, null=True, verbose_name='公布日期')),
                ('sealed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='封存日期')),
                ('published_on', models.DateField(blank=True, editable=False, null=True, verbose_name='结果公布日期')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_rounds', to='schedule.campaign', verbose_name='活动')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_rounds', to='branches.organization', verbose_name='组织评议的党组织')),
                ('repeats', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='reviews.evaluationround', verbose_name='补评的是')),
                ('semester', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_rounds', to='schedule.semester', verbose_name='学期')),
            ],
            options={
                'verbose_name': '评议活动',
                'verbose_name_plural': '评议活动',
                'ordering': ['-opens_on', 'path', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('semester__isnull', True), ('year__isnull', False)), models.Q(('semester__isnull', False), ('year__isnull', True)), _connector='OR'), name='evaluation_semester_or_year'), models.CheckConstraint(condition=models.Q(('opens_on__lte', models.F('closes_on'))), name='evaluation_dates_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('subject_kind', 'member'), _negated=True), ('publicity', 'committee'), _connector='OR'), name='evaluation_of_members_stays_inside'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'appraisal'), _negated=True), ('subject_kind', 'member'), _connector='OR'), name='evaluation_appraisal_is_of_members')],
            },
        ),
        migrations.CreateModel(
            name='ClosingRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('totals', models.JSONField(verbose_name='数目')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='校验码')),
                ('unused_counted', models.PositiveIntegerField(blank=True, null=True, verbose_name='收回未用评议码（张）')),
                ('remark', models.TextField(blank=True, max_length=500, verbose_name='说明')),
                ('on', models.DateField(verbose_name='日期')),
                ('at', models.DateTimeField(default=chuangxian.clock.now, verbose_name='时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='封存人')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='closing', to='reviews.evaluationround', verbose_name='评议活动')),
            ],
            options={
                'verbose_name': '封存记录',
                'verbose_name_plural': '封存记录',
            },
        ),
        migrations.CreateModel(
            name='EvaluationSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('path', models.CharField(db_index=True, editable=False, max_length=40)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='党组织')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='reviews.evaluationround', verbose_name='评议活动')),
            ],
            options={
                'verbose_name': '评议对象',
                'verbose_name_plural': '评议对象',
                'ordering': ['round', 'place'],
                'constraints': [models.UniqueConstraint(fields=('round', 'place'), name='subject_place_once'), models.UniqueConstraint(fields=('round', 'organization', 'member'), name='subject_once_a_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True)), fields=('round', 'organization'), name='subject_once_an_organization')],
            },
        ),
        migrations.CreateModel(
            name='Appraisal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.CharField(choices=[('excellent', '优秀'), ('qualified', '合格'), ('barely', '基本合格'), ('unqualified', '不合格')], max_length=12, verbose_name='等次')),
                ('opinion', models.TextField(max_length=500, verbose_name='评语')),
                ('decided_on', models.DateField(verbose_name='评定日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appraisal', to='reviews.evaluationsubject', verbose_name='被评议的党员')),
            ],
            options={
                'verbose_name': '民主评议等次',
                'verbose_name_plural': '民主评议等次',
            },
        ),
        migrations.CreateModel(
            name='Grade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(9)], verbose_name='序号')),
                ('label', models.CharField(max_length=20, verbose_name='等次')),
                ('score', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='折合分')),
                ('is_valid', models.BooleanField(default=True, verbose_name='计入有效票')),
                ('is_positive', models.BooleanField(default=False, verbose_name='计入满意')),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grades', to='reviews.gradescale', verbose_name='等次体系')),
            ],
            options={
                'verbose_name': '等次',
                'verbose_name_plural': '等次',
                'ordering': ['scale', 'place'],
                'constraints': [models.UniqueConstraint(fields=('scale', 'place'), name='grade_place_once')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(blank=True, max_length=40, null=True, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('kind', models.CharField(choices=[('mass', '群众评议'), ('appraisal', '民主评议党员')], default='mass', max_length=10, verbose_name='评议种类')),
                ('subject_kind', models.CharField(choices=[('organization', '党组织'), ('member', '党员')], max_length=12, verbose_name='评议对象')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='自定的党组织')),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.gradescale', verbose_name='等次体系')),
            ],
            options={
                'verbose_name': '测评表',
                'verbose_name_plural': '测评表',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Mixed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mixed', to='reviews.evaluationround', verbose_name='评议活动')),
            ],
            options={
                'verbose_name': '打乱记录',
                'verbose_name_plural': '打乱记录',
            },
        ),
        migrations.CreateModel(
            name='RaterCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0, verbose_name='序号')),
                ('kind', models.CharField(choices=[('party_member', '党员'), ('non_party_staff', '党外群众'), ('service_recipient', '服务对象'), ('other', '其他')], max_length=18, verbose_name='类别')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('eligible', models.PositiveIntegerField(help_text='这一类一共有多少人可以参加评议。', verbose_name='应评人数')),
                ('choosing', models.CharField(choices=[('everybody', '全体参加'), ('drawn', '随机抽取'), ('delegated', '推荐代表'), ('present', '到场参加')], default='everybody', max_length=10, verbose_name='评议人产生办法')),
                ('weight', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='权重（%）')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='reviews.evaluationround', verbose_name='评议活动')),
            ],
            options={
                'verbose_name': '评议人类别',
                'verbose_name_plural': '评议人类别',
                'ordering': ['round', 'place', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'name'), name='category_name_once')],
            },
        ),
        migrations.CreateModel(
            name='PaperPile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=20, verbose_name='名称')),
                ('stubs', models.PositiveIntegerField(default=0, editable=False, verbose_name='已投入票箱')),
                ('committed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='计入日期')),
                ('committed', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='计入张数')),
                ('first', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='第一录入人')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='piles', to='reviews.evaluationround', verbose_name='评议活动')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='第二录入人')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='piles', to='reviews.ratercategory', verbose_name='评议人类别')),
            ],
            options={
                'verbose_name': '纸质票',
                'verbose_name_plural': '纸质票',
                'ordering': ['round', 'category__place', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'label'), name='pile_label_once'), models.CheckConstraint(condition=models.Q(('first__isnull', True), ('second__isnull', True), models.Q(('first', models.F('second')), _negated=True), _connector='OR'), name='pile_keyed_by_two')],
            },
        ),
        migrations.CreateModel(
            name='PaperSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(verbose_name='第几张')),
                ('first', models.CharField(blank=True, max_length=2000, verbose_name='第一次录入')),
                ('second', models.CharField(blank=True, max_length=2000, verbose_name='第二次录入')),
                ('remark', models.TextField(blank=True, max_length=500, verbose_name='意见建议')),
                ('pile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='reviews.paperpile', verbose_name='纸质票')),
            ],
            options={
                'verbose_name': '纸质票录入',
                'verbose_name_plural': '纸质票录入',
                'ordering': ['pile', 'place'],
                'constraints': [models.UniqueConstraint(fields=('pile', 'place'), name='sheet_place_once')],
            },
        ),
        migrations.CreateModel(
            name='CodeBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=20, verbose_name='批次')),
                ('size', models.PositiveIntegerField(verbose_name='张数')),
                ('is_reserve', models.BooleanField(default=False, verbose_name='备用')),
                ('is_open', models.BooleanField(default=True, verbose_name='已启用')),
                ('is_revoked', models.BooleanField(default=False, verbose_name='已作废')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='reviews.evaluationround', verbose_name='评议活动')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='reviews.ratercategory', verbose_name='评议人类别')),
            ],
            options={
                'verbose_name': '评议码批次',
                'verbose_name_plural': '评议码批次',
                'ordering': ['round', 'category__place', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'label'), name='batch_label_once')],
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answers', models.CharField(max_length=2000, verbose_name='评议')),
                ('format', models.PositiveSmallIntegerField(default=1, verbose_name='格式')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='reviews.evaluationround', verbose_name='评议活动')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='reviews.ratercategory', verbose_name='评议人类别')),
            ],
            options={
                'verbose_name': '测评票',
                'verbose_name_plural': '测评票',
            },
        ),
        migrations.CreateModel(
            name='RaterDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('names', models.JSONField(verbose_name='名单')),
                ('wanted', models.PositiveIntegerField(verbose_name='抽取人数')),
                ('seed', models.CharField(max_length=64, verbose_name='种子')),
                ('drawn', models.JSONField(editable=False, verbose_name='抽中')),
                ('on', models.DateField(editable=False, verbose_name='日期')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='抽取人')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draws', to='reviews.ratercategory', verbose_name='评议人类别')),
            ],
            options={
                'verbose_name': '评议人抽取',
                'verbose_name_plural': '评议人抽取',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(max_length=500, verbose_name='意见建议')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='reviews.evaluationround', verbose_name='评议活动')),
            ],
            options={
                'verbose_name': '意见建议',
                'verbose_name_plural': '意见建议',
            },
        ),
        migrations.CreateModel(
            name='RemarkReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shown', models.TextField(blank=True, max_length=500, verbose_name='公布的文字')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='整理人')),
                ('remark', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reading', to='reviews.remark', verbose_name='意见建议')),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
            ],
            options={
                'verbose_name': '意见建议整理',
                'verbose_name_plural': '意见建议整理',
                'constraints': [models.CheckConstraint(condition=models.Q(('second__isnull', True), models.Q(('second', models.F('first')), _negated=True), _connector='OR'), name='remark_read_by_two')],
            },
        ),
        migrations.CreateModel(
            name='ReserveConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='reviews.codebatch', verbose_name='批次')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='同意人')),
            ],
            options={
                'verbose_name': '启用备用评议码',
                'verbose_name_plural': '启用备用评议码',
                'constraints': [models.UniqueConstraint(fields=('batch', 'by'), name='reserve_consent_once')],
            },
        ),
        migrations.CreateModel(
            name='RoundGrade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(9)], verbose_name='序号')),
                ('label', models.CharField(max_length=20, verbose_name='等次')),
                ('score', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='折合分')),
                ('is_valid', models.BooleanField(default=True, verbose_name='计入有效票')),
                ('is_positive', models.BooleanField(default=False, verbose_name='计入满意')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grades', to='reviews.evaluationround', verbose_name='评议活动')),
            ],
            options={
                'verbose_name': '本次等次',
                'verbose_name_plural': '本次等次',
                'ordering': ['round', 'place'],
                'constraints': [models.UniqueConstraint(fields=('round', 'place'), name='round_grade_place_once')],
            },
        ),
        migrations.CreateModel(
            name='RoundItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('text', models.CharField(max_length=100, verbose_name='测评项目')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='reviews.evaluationround', verbose_name='评议活动')),
                ('standard', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schedule.standard', verbose_name='对应标准')),
            ],
            options={
                'verbose_name': '本次测评项目',
                'verbose_name_plural': '本次测评项目',
                'ordering': ['round', 'place'],
                'constraints': [models.UniqueConstraint(fields=('round', 'place'), name='round_item_place_once')],
            },
        ),
        migrations.CreateModel(
            name='TemplateItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('text', models.CharField(max_length=100, verbose_name='测评项目')),
                ('standard_key', models.CharField(blank=True, max_length=60)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='reviews.evaluationtemplate', verbose_name='测评表')),
            ],
            options={
                'verbose_name': '测评项目',
                'verbose_name_plural': '测评项目',
                'ordering': ['template', 'place'],
                'constraints': [models.UniqueConstraint(fields=('template', 'place'), name='template_item_place_once')],
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('is_used', models.BooleanField(default=False, verbose_name='已使用')),
                ('is_revoked', models.BooleanField(default=False, verbose_name='已作废')),
                ('receipt', models.CharField(blank=True, default='', max_length=64)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='reviews.codebatch', verbose_name='批次')),
            ],
            options={
                'verbose_name': '评议码',
                'verbose_name_plural': '评议码',
                'indexes': [models.Index(condition=models.Q(('receipt', ''), _negated=True), fields=['batch'], name='code_unmixed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_revoked', True), ('is_used', True), _negated=True), name='code_used_or_revoked'), models.CheckConstraint(condition=models.Q(('receipt', ''), ('is_used', True), _connector='OR'), name='code_receipt_if_used')],
            },
        ),
    ]
