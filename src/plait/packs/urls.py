from plait.frame.routes import MEMBER, route
from plait.packs import views

app_name = "packs"

urlpatterns = [route("pack/", views.pack, name="pack", needs=MEMBER)]
