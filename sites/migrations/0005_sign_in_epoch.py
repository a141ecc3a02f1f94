from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("districts", "0004_outbox")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_in_epoch",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
