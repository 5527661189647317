"""A walk through a batch with pandas, in cells: editors and Jupytext run them one by one. `articles.jsonl` is any batch of articles."""

# %% What is there
import pandas as pd
from dechaff import Cleaner, learn

articles = pd.read_json("articles.jsonl", lines=True)
print(len(articles), "articles,", int(articles["text"].str.len().sum()), "characters")

# %% One of them: what goes, and why (a table in a notebook)
cleaner = Cleaner()
removals = cleaner.explain(articles["text"][0], url=articles["url"][0])
for removal in removals[:5]:
    print(removal.line, removal.rule, removal.certainty, repr(removal.text))

# %% All of them
cleaned = cleaner.clean_table(articles, "text", url_column="url", spans_column="removed")
cleaned["lost"] = 1 - cleaned["text"].str.len() / articles["text"].str.len()
print(cleaned["lost"].describe())

# %% Which rules are at work
spans = cleaned["removed"].explode().dropna()
rules = pd.DataFrame(list(spans), index=spans.index)
print(rules.groupby(["family", "rule"]).size().sort_values(ascending=False).head(10))

# %% Look closely at those that lose the most
for number in cleaned["lost"].nlargest(2).index:
    print(cleaner.diff(articles["text"][number], id=str(articles["id"][number])))

# %% What the pages of a source repeat goes too
learned = learn(articles["text"], articles["url"])
print("learned of", ", ".join(learned.sources))
better = Cleaner(learned=learned).clean_table(articles, "text", url_column="url")
print(int((better["text"] != cleaned["text"]).sum()), "articles are shorter now")

# %% Write it down
better.to_json("cleaned.jsonl", orient="records", lines=True, force_ascii=False)
