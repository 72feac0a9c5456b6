import chuangxian.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('sort_key', models.CharField(db_index=True, editable=False, max_length=120)),
                ('sex', models.CharField(choices=[('male', '男'), ('female', '女')], max_length=6, verbose_name='性别')),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='出生年月')),
                ('born_precision', models.CharField(choices=[('day', '日'), ('month', '月'), ('year', '年')], default='day', max_length=5)),
                ('ethnicity', models.CharField(blank=True, max_length=20, verbose_name='民族')),
                ('education', models.CharField(blank=True, max_length=20, verbose_name='学历')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='入党时间')),
                ('joined_precision', models.CharField(choices=[('day', '日'), ('month', '月'), ('year', '年')], default='day', max_length=5)),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='转正时间')),
                ('member_type', models.CharField(choices=[('full', '正式党员'), ('probationary', '预备党员'), ('retired', '离退休党员')], default='full', max_length=12, verbose_name='党员类别')),
                ('unit_post', models.CharField(blank=True, max_length=60, verbose_name='行政职务（岗位）')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='member', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '党员',
                'verbose_name_plural': '党员',
                'ordering': ['sort_key', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('born_on__isnull', True), ('joined_on__isnull', True), ('joined_on__gt', models.F('born_on')), _connector='OR'), name='member_joined_after_birth')],
            },
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('working_committee', '党工委'), ('committee', '党委'), ('general_branch', '党总支'), ('branch', '党支部'), ('group', '党小组')], max_length=20, verbose_name='类别')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('short_name', models.CharField(blank=True, max_length=40, verbose_name='简称')),
                ('path', models.CharField(editable=False, max_length=40, unique=True, verbose_name='路径')),
                ('unit_path', models.CharField(db_index=True, editable=False, max_length=40, verbose_name='所属单位路径')),
                ('established_on', models.DateField(blank=True, null=True, verbose_name='成立日期')),
                ('dissolved_on', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('duty', models.CharField(blank=True, max_length=200, verbose_name='主要职责')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='branches.organization', verbose_name='上级党组织')),
            ],
            options={
                'verbose_name': '党组织',
                'verbose_name_plural': '党组织',
                'ordering': ['path'],
                'constraints': [models.UniqueConstraint(fields=('parent', 'name'), name='organization_name_once_under_parent')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='起')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('path', models.CharField(editable=False, max_length=40)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='branches.organization', verbose_name='党组织')),
            ],
            options={
                'verbose_name': '党籍隶属',
                'verbose_name_plural': '党籍隶属',
                'ordering': ['-starts_on', '-pk'],
                'abstract': False,
                'indexes': [models.Index(fields=['path', 'member'], name='membership_path')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_ends_after_start'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('member',), name='membership_one_open')],
            },
        ),
        migrations.CreateModel(
            name='PostAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='起')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('post', models.CharField(choices=[('secretary', '书记'), ('deputy_secretary', '副书记'), ('organization_commissioner', '组织委员'), ('publicity_commissioner', '宣传委员'), ('discipline_commissioner', '纪检委员'), ('group_leader', '组长'), ('office_staff', '创先争优办公室工作人员')], max_length=30, verbose_name='职务')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='branches.organization', verbose_name='党组织')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '任职',
                'verbose_name_plural': '任职',
                'ordering': ['organization__path', 'starts_on', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='postassignment_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', True), ('user__isnull', False)), models.Q(('member__isnull', False), ('user__isnull', True)), _connector='OR'), name='post_has_one_holder'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True), ('post', 'secretary')), fields=('organization',), name='organization_one_open_secretary')],
            },
        ),
    ]
