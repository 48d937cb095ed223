"""Needles and tokens say the same as the reference, for any document and term."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.search.documents import Document, entry_of
from crm.search.grams import alternatives, is_exact, owner_token, proofs, tokens
from crm.search.normalise import split_terms
from crm.search.reference import matches
from crm.search.terms import needles

CHARS = "有限公司科技重庆粉末ab9Zz-（ ·ⅷé"
TEXTS = st.lists(st.text(CHARS, max_size=9), max_size=3)
LETTERS = st.text("abz9", max_size=7)
DOCUMENTS = st.builds(
    Document,
    object_id=st.just(1),
    owner_id=st.one_of(st.none(), st.integers(1, 99)),
    words=TEXTS,
    pinyin=st.lists(st.tuples(LETTERS, LETTERS), max_size=3),
    numbers=st.lists(st.text("abz9-", max_size=8), max_size=2),
    phones=st.lists(st.text("0123 -", max_size=8), max_size=2),
    emails=st.lists(st.text("abz9@.", max_size=9), max_size=2),
)
QUERIES = st.one_of(
    st.text(CHARS, min_size=1, max_size=6),
    st.text("abz9", min_size=1, max_size=6),
    st.text("0123", min_size=1, max_size=6),
)


@settings(max_examples=600, deadline=None)
@given(DOCUMENTS, QUERIES, st.booleans())
def test_needles_and_tokens_agree_with_the_reference(
    document: Document, query: str, partial_phones: bool
) -> None:
    entry = entry_of(document)
    held = tokens(entry)
    for term in split_terms(query):
        wanted = matches(document, [term], partial_phones=partial_phones)
        found = any(
            needle.text in getattr(entry, needle.column)
            for needle in needles(term, partial_phones=partial_phones)
        )
        has_tokens = any(held.issuperset(choice) for choice in alternatives(term))
        assert found == wanted
        assert has_tokens or not wanted
        proving = proofs(term, partial_phones=partial_phones)
        assert wanted or not held.intersection(proving)
        if is_exact(term):
            assert has_tokens == wanted


def test_tokens_of_an_entry() -> None:
    document = Document(7, 12, ["粉末"], [("fenmo", "fm")], ["A-1234"], [], [])
    assert tokens(entry_of(document)) == {
        *("s粉", "s末", "sf", "sm"),
        *("b粉末", "bfm", "bfe"),
        *("pfen", "penm", "pnmo"),
        *("da123", "d1234"),
        "o12",
    }
    assert owner_token(12) == "o12"


def test_chooses_telling_tokens() -> None:
    def chosen(term: str, kind: str) -> list[str]:
        return [token[1:] for choice in alternatives(term) for token in choice if token[0] == kind]

    assert chosen("粉末有限公司", "b") == ["粉末", "末有"]
    assert chosen("有限公司", "b") == ["公司"]
    assert chosen("股份有限", "b") == ["份有"]
    assert chosen("chongqinglantian", "p") == ["cho", "ngq", "ngl", "ant"]
    assert chosen("zhangsan", "p") == ["zha", "ngs", "san"]
    assert chosen("hang", "p") == ["han", "ang"]
    assert chosen("13800138000", "d") == ["8000", "1380"]
    assert chosen("hk2026000777", "d") == ["0777", "0007"]
    assert chosen("a1examplecom", "d") == ["a1ex", "ampl", "ecom"]
