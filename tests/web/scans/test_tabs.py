"""Templates and metrics of a scan; two scans side by side; hostile lines; axe."""

from __future__ import annotations

import json

import pytest

from tests.web.scans.conftest import counted, settled
from tests.web.scans.test_rows import query


def test_templates_are_listed_searched_and_lead_to_their_lines(look):
    page = look("shop", "?tab=templates")
    page.wait_for_selector("#templates tbody tr.pick")
    assert page.locator("#templates tbody tr.pick").count() == 56
    page.get_by_role("searchbox", name="Search templates").fill("checkpoint")
    counted(page, 1, 3, 3, "Templates")
    assert query(page) == {"tab": "templates", "t.q": "checkpoint"}
    assert page.locator("#templates .spark").count() == 3
    page.locator("#templates .open-row").first.click()
    page.get_by_role("button", name="Show 1 line").click()
    page.wait_for_selector("#panel-findings #findings tbody tr.pick")
    settled(page)
    assert "template" in query(page)
    assert page.locator("#findings tbody tr.pick").count() == 1


def test_metrics_of_a_labelled_scan(look, live):
    page = look("forest", "?tab=metrics", charts=True)
    page.wait_for_selector(".confusion-table")
    figures = dict(
        zip(*(page.locator(f"#panel-metrics .figures {tag}").all_inner_texts() for tag in ("dt", "dd")), strict=True)
    )
    assert set(figures) >= {"F1", "Precision", "Recall", "Accuracy", "ROC-AUC", "PR-AUC"}
    cells = [int(text.split()[0].replace(",", "")) for text in page.locator(".confusion-table td.c").all_inner_texts()]
    assert sum(cells) == 2140
    assert cells[0] + cells[1] == 41
    page.wait_for_selector(".curve .main-svg >> nth=2")
    assert page.locator(".by-class tbody tr").count() == 3


def test_without_labels_there_is_a_way_to_give_some(look):
    page = look("events", "?tab=metrics")
    page.get_by_role("radio", name="In a column of the table").check()
    page.get_by_label("Column", exact=True).select_option("level")
    page.get_by_label("What means normal").fill("INFO")
    asked = []

    def answer(route):
        asked.append(json.loads(route.request.post_data))
        route.fulfill(status=202, json={"id": "evl_1", "state": "done", "job": None})

    page.route("**/api/v1/evaluations", answer)
    page.route("**/metrics", lambda route: route.fulfill(json=METRICS))
    page.get_by_role("button", name="Evaluate").click()
    page.wait_for_selector(".confusion-table")
    assert asked[0]["labels"] == {"column": "level"}
    assert asked[0]["normal"] == "INFO"


METRICS = {
    "rows": 10, "odd": 2, "normal_label": "INFO", "unlabelled": 0, "unmatched": 0, "notes": [],
    "figures": dict.fromkeys(("f1", "precision", "recall", "accuracy", "roc_auc", "pr_auc", "false_alarm_rate"), 0.5),
    "confusion": {"hits": 1, "misses": 1, "false_alarms": 1, "passed": 7},
    "roc": {"x": [0, 1], "y": [0, 1], "cut_x": 0.1, "cut_y": 0.5},
    "precision_recall": {"x": [0, 1], "y": [1, 0.2], "cut_x": None, "cut_y": None},
    "by_class": [], "baselines": [],
}  # fmt: skip


def test_compare_shows_parts_and_swaps(look):
    page = look("events", path="/compare?a={events}&b={forest}", charts=True)
    page.wait_for_selector("#plot .main-svg")
    assert "They agree on" in page.locator(".verdict .say").inner_text()
    assert page.locator("[data-rows-title]").inner_text() == "The rows that only A finds"
    page.locator('[data-venn] [data-part="only_b"]').click()
    page.wait_for_selector("text=The rows that only B finds")
    assert query(page)["part"] == "only_b"
    count = page.locator('[data-venn] [data-part="only_b"] b').inner_text()
    assert page.locator("#compared tbody tr.pick").count() == int(count)
    page.locator("#compared .open-row").first.click()
    page.wait_for_selector("#compared tr.detail .letter.b")
    before = query(page)
    page.keyboard.press("x")
    page.wait_for_url(f"**/compare?a={before['b']}&b={before['a']}")


def test_two_scans_of_different_files_lead_back_to_the_choice(look):
    page = look("events", path="/compare?a={events}&b={shop}")
    assert "in common" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("First scan").locator("option:checked").inner_text().startswith("events.csv")


def test_hostile_lines_are_text(look):
    page = look("hostile", charts=True)
    page.wait_for_selector("#plot .main-svg")
    assert page.evaluate("window.harmed") is None
    text = page.locator("#findings tbody").inner_text()
    assert "<script>window.harmed=1</script>" in text
    assert "\\u202egnp.exe" in text
    assert "\\x1b[31m" in text
    for number in range(4):
        page.locator("#findings .open-row").nth(number).click()
        page.wait_for_selector("tr.detail .lines")
        settled(page)
        page.keyboard.press("Escape")
    assert page.evaluate("window.harmed") is None
    assert page.locator("main script, main img").count() == 0


def test_progress_of_a_running_scan_and_then_its_answer(look, live):
    name = live.stage.unfinished("running", job_id=None)
    page = look("", path=f"/scans/{name}")
    assert "Looking for odd lines." in page.locator(".say").inner_text()


def axe_findings(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:300]}" for one in serious
    ]


WAYS = [("light", 360), ("dark", 360), ("light", 1440), ("dark", 1440)]


@pytest.mark.parametrize(("theme", "width"), WAYS)
def test_axe_finds_nothing_serious_in_a_scan_with_an_opened_row(look, theme, width):
    options = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    page = look("shop", "?row=1799&severity=high", charts=True, **options)
    page.wait_for_selector("tr.detail .lines")
    page.wait_for_selector("#plot .main-svg")
    assert axe_findings(page) == []


@pytest.mark.parametrize(("theme", "width"), WAYS[1:3])
@pytest.mark.parametrize(
    ("query", "path", "there"),
    [
        ("?tab=metrics", "", ".by-class"),
        ("?tab=templates&t.q=product", "", "#templates tr.pick"),
        ("", "/compare?a={events}&b={forest}", "#compared tr.pick"),
        ("", "/compare?a={events}", "#f-b"),
    ],
)
def test_axe_finds_nothing_serious_elsewhere(look, query, path, there, theme, width):
    page = look("forest", query, path=path, color_scheme=theme, viewport={"width": width, "height": 900})
    page.wait_for_selector(there)
    assert axe_findings(page) == []
