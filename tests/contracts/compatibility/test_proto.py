"""Two versions of a proto interface; the text reader is held against protoc."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.compatibility.proto import Rules, compare_proto
from contracts.compatibility.proto.descriptor import from_descriptor_set
from contracts.compatibility.proto.text import from_text

PROTO = """
syntax = "proto3"; // orders
package shop.v1;
import "google/protobuf/timestamp.proto";
option java_package = "shop";
/* one order */
message Order {
  reserved 8, 20 to 30;
  reserved "old";
  string id = 1 [json_name = "orderId"];
  int32 total = 2;
  optional string note = 3;
  repeated Line lines = 4 [deprecated = true];
  map<string, Line> by_sku = 5;
  oneof payment { string card = 6; bool cash = 7; }
  google.protobuf.Timestamp placed = 9;
  State state = 10;
  int64 stamp = 11;
  message Line { string sku = 1; .shop.v1.State state = 2; }
}
enum State { option allow_alias = true; OPEN = 0; PAID = 1; SETTLED = 1; reserved 5 to 9; reserved "LOST"; }
service Orders {
  rpc Get (Order) returns (Order) {}
  rpc Watch (Order) returns (stream Order) { option deprecated = true; }
}
"""
CASES = [
    ("  int32 total = 2;", "", "shop.v1.Order.total was removed", "breaking", "breaking"),
    ("  int32 total = 2;", "  reserved 2;", "Order.total was removed", "compatible", "breaking"),
    ("  int32 total = 2;", '  reserved 2; reserved "total";', "Order.total was removed", "compatible", "compatible"),
    ("int32 total = 2", "int64 total = 2", "type went from int32 to int64", "compatible", "breaking"),
    ("int64 stamp", "int32 stamp", "large values are cut", "unknown", ""),
    ("int32 total = 2", "sint32 total = 2", "type went from int32 to sint32", "breaking", "breaking"),
    ("int32 total = 2", "string total = 2", "type went from int32 to string", "breaking", "breaking"),
    ("string id = 1", "bytes id = 1", "type went from string to bytes", "compatible", "breaking"),
    ("int32 total = 2", "int32 sum = 2", "is called sum now", "compatible", "breaking"),
    ("int32 total = 2", "repeated int32 total = 2", "went from singular to repeated", "breaking", "breaking"),
    ("int32 total = 2", "optional int32 total = 2", "went from singular to optional", "compatible", "compatible"),
    ("bool cash = 7; }", "} bool cash = 7;", "moved from oneof payment to outside", "breaking", "breaking"),
    ("reserved 8, 20 to 30;", "reserved 20 to 30;", "no longer reserves 8 to 8", "breaking", "breaking"),
    ("reserved 8, 20 to 30;", "reserved 7 to 8; reserved 20 to 25, 26 to 31;", "", "", ""),
    ("reserved 8, 20 to 30;", "reserved 20 to 30; int32 x = 8;", "number 8 was reserved", "breaking", "breaking"),
    ('reserved "old";', "", "no longer reserves the name old", "breaking", "breaking"),
    ("State state = 10", "int32 state = 10", "whether the numbers mean the same", "unknown", ""),
    ("PAID = 1; SETTLED = 1;", "", "State.PAID was removed", "breaking", "breaking"),
    (
        "PAID = 1; SETTLED = 1;",
        "PAID = 1; BOOKED = 1;",
        "SETTLED = 1 is called PAID, BOOKED now",
        "compatible",
        "breaking",
    ),
    ("PAID = 1;", "PAID = 1; SENT = 2;", "State.SENT was added", "compatible", "compatible"),
    ("rpc Get (Order) returns (Order) {}", "", "Orders/Get was removed", "breaking", "breaking"),
    ("returns (stream Order)", "returns (Order)", "response stream went from many", "breaking", "breaking"),
    (
        "rpc Get (Order)",
        "rpc Get (Order.Line)",
        "request went from shop.v1.Order to shop.v1.Order.Line",
        "breaking",
        "breaking",
    ),
    ("service Orders", "service Sales", "shop.v1.Orders was removed", "breaking", "breaking"),
    ("package shop.v1;", "package shop.v2;", "package went from shop.v1 to shop.v2", "breaking", "breaking"),
    ('[json_name = "orderId"]', "", "is id in JSON now", "compatible", "breaking"),
]


@pytest.mark.parametrize(
    ("old", "new", "said", "wire", "json"), CASES, ids=[case[2][:40] or "covered" for case in CASES]
)
def test_verdict_follows_the_rules_when_one_thing_changes(old: str, new: str, said: str, wire: str, json: str) -> None:
    assert PROTO.count(old) >= 1
    changed = PROTO.replace(old, new, 1).replace(".shop.v1.", ".shop.v2." if "shop.v2" in new else ".shop.v1.")
    for rules, severity in ((Rules.WIRE, wire), (Rules.WIRE_JSON, json)):
        changes = compare_proto(PROTO, changed, rules=rules)
        hits = [change.severity for change in changes if said and said in change.sentence()]
        assert hits[:1] == ([severity] if severity else []), [change.sentence() for change in changes]


def test_nothing_changed_when_versions_are_equal() -> None:
    assert compare_proto(PROTO, PROTO, rules=Rules.WIRE_JSON) == []


def refusals(new: str, *uses: str) -> list[str]:
    return [c.path for c in compare_proto(PROTO, new, uses=frozenset(uses), consumer="a/b") if c.refuses]


def test_change_is_compatible_for_a_consumer_when_it_uses_something_else() -> None:
    retyped = PROTO.replace("int32 total = 2", "string total = 2")
    assert refusals(retyped, "shop.v1.Orders/Get") == ["shop.v1.Order.total"]
    assert refusals(retyped, "shop.v1.Orders/Get", "shop.v1.Order.id") == []
    assert refusals(PROTO.replace("rpc Get (Order) returns (Order) {}", ""), "shop.v1.Orders/Watch") == []
    assert refusals(
        PROTO.replace("package shop.v1", "package shop.v2").replace(".shop.v1.", ".shop.v2."), "shop.v1.Orders/Get"
    )


def test_reserved_removal_breaks_when_a_consumer_uses_the_field() -> None:
    gone = PROTO.replace("  int32 total = 2;", '  reserved 2; reserved "total";')
    assert refusals(gone, "shop.v1.Order.total") == ["shop.v1.Order.total"]


@pytest.mark.parametrize("syntax", ["proto3", "proto2"])
def test_text_reads_like_protoc_when_the_same_file_is_compiled(syntax: str, tmp_path: Path) -> None:
    protoc = pytest.importorskip("grpc_tools.protoc")
    text = PROTO
    if syntax == "proto2":
        text = 'syntax = "proto2"; package p; message A { required int32 a_b = 1; '
        text += "optional E e = 0x10; enum E { X = -1; } }"
    (tmp_path / "order.proto").write_text(text, encoding="utf-8")
    include = str(Path(protoc.__file__).parent / "_proto")
    arguments = ["", f"-I{tmp_path}", f"-I{include}", f"--descriptor_set_out={tmp_path}/out", "order.proto"]
    assert protoc.main(arguments) == 0
    compiled = from_descriptor_set((tmp_path / "out").read_bytes(), "out")
    assert from_text({"order.proto": text}, "order.proto") == compiled
    assert compare_proto(text, (tmp_path / "out").read_bytes(), rules=Rules.WIRE_JSON) == []


def test_types_are_found_when_they_stand_in_another_file_of_the_set() -> None:
    files = {
        "a.proto": 'syntax = "proto3"; package p; import "b.proto"; message A { B b = 1; }',
        "b.proto": 'syntax = "proto3"; package p; message B { int32 x = 1; }',
    }
    assert from_text(files, "p").messages["p.A"].fields[1].type == "p.B"
