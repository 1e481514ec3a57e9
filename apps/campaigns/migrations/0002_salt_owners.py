# Salts, suppressed addresses and what is left of erased ones lie with the opt-outs, for partners and mailing systems alike.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0001_initial'),
        ('optouts', '0003_api'),
    ]

    operations = [
        migrations.RemoveField(model_name='campaign', name='salt'),
        migrations.DeleteModel(name='ErasedHash'),
        migrations.DeleteModel(name='SuppressedAddress'),
        migrations.DeleteModel(name='PartnerSalt'),
        migrations.AddField(
            model_name='campaign',
            name='salt',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='optouts.saltowner'),
        ),
        migrations.AlterModelOptions(
            name='campaign',
            options={'ordering': ['-pk'], 'permissions': [('download_campaign', 'Can download the rows of a scrubbed list'), ('record_send', 'Can say that a campaign was sent'), ('ask_why', 'Can look up which campaigns an address was in'), ('exchange_hashes', 'Can exchange hashed lists with partners')], 'verbose_name': 'campaign', 'verbose_name_plural': 'campaigns'},
        ),
    ]
