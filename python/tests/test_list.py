"""Many texts at once: order, missing ones, threads, forks, progress."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import dechaff
from dechaff import Cleaner

DIRTY, CLEAN = "It rained, said the miller.\n\nLeave a Reply\nName *\n", "It rained, said the miller.\n"


def test_order_and_what_is_missing_stay(cleaner, scraped):
    texts = [None, *scraped, None, float("nan"), ""]
    cleaned = cleaner.clean_list(texts)
    assert cleaned[1:-3] == [cleaner.clean(text) for text in scraped]
    assert cleaned[0] is None and cleaned[-3] is None and cleaned[-2] is texts[-2] and cleaned[-1] == ""
    assert cleaner.clean_list(iter([DIRTY])) == [CLEAN] and cleaner.clean_list([]) == []


def test_threads_do_not_change_the_order(scraped):
    texts = [text + f"\n{number}\n" for number, text in enumerate(scraped * 5)]
    one = Cleaner(jobs=1).clean_list(texts)
    assert one == Cleaner(jobs=4).clean_list(texts) and len(one) == len(texts)


def test_a_big_batch(cleaner):
    texts = [f"It rained on day {number}, said the miller.\n\nLeave a Reply\nName *\n" for number in range(50_000)]
    cleaned = cleaner.clean_list(texts)
    assert len(cleaned) == 50_000
    assert all(text == f"It rained on day {number}, said the miller.\n" for number, text in enumerate(cleaned))


def test_what_is_known_of_each_text_goes_with_it(news):
    cleaner = Cleaner(learned=dechaff.learn(*news))
    text, url = news[0][0], news[1][0]
    here, there, none = cleaner.clean_list([text] * 3, urls=[url, "https://example.net/7", None])
    assert (
        "We answer to nobody" not in here and "We answer to nobody" in there and there == none == Cleaner().clean(text)
    )
    assert cleaner.clean_list([text], sources=["valleypost.example"], titles=["One froze"]) == [here]
    with pytest.raises(dechaff.DechaffError, match="there are 1 texts and 2 urls"):
        cleaner.clean_list([text], urls=[None, None])


def test_what_is_no_text_is_named(cleaner):
    with pytest.raises(TypeError, match=r"texts\[1\] is int, not str"):
        cleaner.clean_list([DIRTY, 5])
    with pytest.warns(dechaff.DechaffWarning, match=r"texts\[1\], and 1 more left as it is: .*surrogate"):
        assert cleaner.clean_list([DIRTY, "\ud800", "\udc00"]) == [CLEAN, "\ud800", "\udc00"]


def test_other_threads_go_on_while_a_list_is_cleaned(cleaner, scraped):
    texts, ticks, done = scraped * 40, [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.monotonic()
    cleaner.clean_list(texts)
    took = time.monotonic() - began
    done.set()
    thread.join()
    assert sum(began < tick < began + took for tick in ticks) > 10 * took


def cleaned_in_child(cleaner, queue):
    queue.put(cleaner.clean_list([DIRTY] * 100))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_child_process_cleans_too(cleaner, way):
    assert cleaner.clean_list([DIRTY] * 100) == [CLEAN] * 100  # its threads are there before the fork
    context = multiprocessing.get_context(way)
    queue = context.Queue()
    child = context.Process(target=cleaned_in_child, args=(cleaner, queue))
    child.start()
    assert queue.get(timeout=60) == [CLEAN] * 100
    child.join(timeout=60)
    assert child.exitcode == 0


def test_progress_is_drawn(cleaner, scraped, capfd):
    assert cleaner.clean_list(scraped, progress=True) == cleaner.clean_list(scraped)
    assert f"{len(scraped)}.0/{len(scraped)}.0" in capfd.readouterr().err


def test_progress_without_tqdm_is_silent(cleaner, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert cleaner.clean_list([DIRTY], progress=True) == [CLEAN]


def test_ctrl_c_ends_a_long_list(scraped):
    script = (
        "import sys, dechaff\n"
        "texts = [open(p, encoding='utf-8').read() for p in sys.argv[1:]] * 3000\n"
        "print('ready', flush=True)\n"
        "dechaff.Cleaner(jobs=1).clean_list(texts)\n"
    )
    from conftest import CORPUS

    paths = [str(CORPUS / "scraped/en-bridge-demo.txt"), str(CORPUS / "scraped/en-also-read.txt")] * 10
    child = subprocess.Popen([sys.executable, "-c", script, *paths], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert b"KeyboardInterrupt" in err and child.returncode != 0
