import pytest, time
from tests.journeys.steps import *
@pytest.mark.browser
def test_probe(page, site):
    t=time.time(); page.goto("/"); print(page.url, time.time()-t)
    t=time.time(); be(page,"rowan"); print(page.url, page.title(), time.time()-t)
    page.screenshot(path="/tmp/probe/home.png", full_page=True)
    t=time.time(); s=crawl(page); print(len(s), time.time()-t)
    import collections
    print(collections.Counter(s.values()))
    for k,v in s.items(): print(v,k)
    print(rows(site,"select tablename from pg_tables where schemaname not in ('pg_catalog','information_schema')"))
