package contact_centre.rules.money_back.captured_test

import data.contact_centre.rules.money_back.captured
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in captured.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in captured.report with input as document with data.revision as sample.revision
}

test_what_was_captured_may_go_back if {
	effects(sample.refund) == set()
	effects(sample.put(sample.refund, {"/resource/payment/refunded_minor": 999, "/call/arguments/amount_minor": 3000, "/resource/payment/refundable_minor": 3000})) == set()
}

test_more_is_denied if {
	document := sample.put(sample.refund, {"/call/arguments/amount_minor": 4000})
	messages(document) == {"Only 39.99 USD of this payment can still go back."}
	effects(document) == {"deny"}
}

test_a_whole_refund_is_denied_again if {
	document := sample.put(sample.refund, {
		"/resource/payment/refunded_minor": 3999,
		"/resource/payment/refundable_minor": 3999,
	})
	messages(document) == {"This payment was already refunded whole."}
	effects(document) == {"deny"}
}

test_an_unread_payment_is_denied if {
	effects(sample.without(sample.refund, "/resource/payment")) == {"deny"}
	effects(sample.put(sample.refund, {"/resource/payment/payment_id": "P-9"})) == {"deny"}
	every name in {"amount_minor", "refunded_minor", "refundable_minor", "captures_of_charge", "surplus_minor"} {
		messages(sample.put(sample.refund, {concat("", ["/resource/payment/", name]): 0.5})) == {"The payment could not be read."}
		messages(sample.put(sample.refund, {concat("", ["/resource/payment/", name]): "9"})) == {"The payment could not be read."}
		effects(sample.without(sample.refund, concat("", ["/resource/payment/", name]))) == {"deny"}
	}
}

test_other_tools_are_not_meant if {
	effects(sample.credit) == set()
	effects(sample.put(sample.credit, {
		"/call/arguments/payment_id": "P-2", "/resource/payment": object.union(sample.payment, {"refunded_minor": 3999}),
	})) == set()
	effects(sample.put(sample.credit, {
		"/call/arguments/payment_id": "P-2", "/resource/payment": object.union(sample.payment, {"refundable_minor": 1}),
	})) == set()
}
