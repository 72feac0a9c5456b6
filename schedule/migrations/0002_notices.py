import chuangxian.clock
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('branches', '0001_initial'),
        ('schedule', '0001_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='BouncedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, unique=True, verbose_name='收件地址')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='退信时间')),
                ('error_text', models.CharField(blank=True, max_length=300, verbose_name='退信说明')),
            ],
            options={
                'verbose_name': '退信地址',
                'verbose_name_plural': '退信地址',
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('trouble', models.CharField(blank=True, max_length=300, verbose_name='故障')),
            ],
            options={
                'verbose_name': '心跳',
                'verbose_name_plural': '心跳',
            },
        ),
        migrations.CreateModel(
            name='ReminderMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, unique=True, verbose_name='提醒')),
                ('since', models.DateField(verbose_name='首次计划日')),
                ('planned_on', models.DateField(verbose_name='已计划到')),
                ('planned_at', models.DateTimeField(verbose_name='计划时间')),
            ],
            options={
                'verbose_name': '提醒进度',
                'verbose_name_plural': '提醒进度',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=60, verbose_name='信件')),
                ('reminder', models.CharField(blank=True, max_length=60, verbose_name='提醒')),
                ('target_type', models.CharField(max_length=60, verbose_name='对象类型')),
                ('target_id', models.BigIntegerField(verbose_name='对象编号')),
                ('slot', models.CharField(max_length=40, verbose_name='时点')),
                ('path', models.CharField(blank=True, editable=False, max_length=40)),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(blank=True, verbose_name='正文')),
                ('url', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='期限')),
                ('on', models.DateField(verbose_name='活动日')),
                ('entered_at', models.DateTimeField(default=chuangxian.clock.now, editable=False, verbose_name='录入时间')),
                ('skipped', models.CharField(blank=True, choices=[('', '未跳过'), ('missed', '停机期间已过'), ('no_account', '无账号'), ('disabled', '账号已停用'), ('gone', '已不在册'), ('history', '补录的历史')], default='', max_length=12, verbose_name='跳过原因')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='阅读时间')),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('member', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.member', verbose_name='党员')),
                ('organization', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='branches.organization', verbose_name='党组织')),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '通知',
                'verbose_name_plural': '通知',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('member__isnull', False)), fields=['member', 'id'], name='notice_of_member'), models.Index(condition=models.Q(('user__isnull', False)), fields=['user', 'id'], name='notice_of_user'), models.Index(fields=['path', 'id'], name='notice_path')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', True), ('user__isnull', False)), models.Q(('member__isnull', False), ('user__isnull', True)), _connector='OR'), name='notice_has_one_person'), models.UniqueConstraint(condition=models.Q(('user__isnull', True)), fields=('letter', 'target_type', 'target_id', 'member', 'slot'), name='notice_once_to_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True)), fields=('letter', 'target_type', 'target_id', 'user', 'slot'), name='notice_once_to_user')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, verbose_name='收件地址')),
                ('message_id', models.CharField(editable=False, max_length=200, verbose_name='邮件编号')),
                ('state', models.CharField(choices=[('ready', '等待发送'), ('claimed', '已领取'), ('sending', '正在发送'), ('sent', '已发送'), ('unknown', '结果不明'), ('failed', '发送失败'), ('skipped', '已跳过'), ('cancelled', '已取消')], default='ready', max_length=10, verbose_name='状态')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='生成时间')),
                ('tries_since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='本轮发送开始时间')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='下次发送时间')),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                ('owner', models.UUIDField(blank=True, editable=False, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='租约到期')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发送时间')),
                ('error', models.CharField(blank=True, choices=[('', ''), ('connection', '连不上邮件服务器'), ('temporary', '邮件服务器暂时拒绝'), ('refused', '邮件服务器拒收'), ('recipient', '收件地址无效'), ('interrupted', '发送中断，结果不明'), ('broken', '程序出错'), ('bounced', '此地址曾被退信'), ('closed', '事项已办结'), ('unreachable', '本人已停用、转出或不再负责')], default='', max_length=12, verbose_name='错误类别')),
                ('error_text', models.CharField(blank=True, max_length=300, verbose_name='错误说明')),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail', to='schedule.notice', verbose_name='通知')),
            ],
            options={
                'verbose_name': '邮件',
                'verbose_name_plural': '邮件',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'ready')), fields=['due_at', 'id'], name='mail_ready'), models.Index(condition=models.Q(('state__in', ['claimed', 'sending'])), fields=['lease_until'], name='mail_leased'), models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='mail_owner')],
            },
        ),
    ]
