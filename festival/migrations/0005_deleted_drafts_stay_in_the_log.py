from django.db import migrations, models
from django.db.models.deletion import SET_NULL


class Migration(migrations.Migration):
    dependencies = [("festival", "0004_the_day_and_draws")]

    operations = [
        migrations.AlterField(
            model_name="slotevent",
            name="application",
            field=models.ForeignKey(
                null=True, on_delete=SET_NULL, related_name="+", to="festival.application"
            ),
        ),
    ]
