package contact_centre.rules.call.pinned_test

import data.contact_centre.rules.call.pinned
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in pinned.report with input as document with data.revision as sample.revision
}

with_pin(document, pin) := answer if answer := effects(document) with data.tools as {"payments.refund_payment": {
	"group": "money_back",
	"digest": pin,
}}

test_an_unchanged_tool_passes if with_pin(sample.refund, "sha256:tool") == set()

test_a_changed_tool_is_quarantined if with_pin(sample.refund, "sha256:before") == {"deny"}

test_a_tool_without_its_digest_is_quarantined if {
	with_pin(sample.without(sample.refund, "/call/tool_digest"), "sha256:tool") == {"deny"}
}

test_a_tool_that_is_not_pinned_passes if with_pin(sample.refund, null) == set()
