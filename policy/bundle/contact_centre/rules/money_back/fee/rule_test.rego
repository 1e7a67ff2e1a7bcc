package contact_centre.rules.money_back.fee_test

import data.contact_centre.rules.money_back.fee
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in fee.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in fee.report with input as document with data.revision as sample.revision
}

test_a_fee_on_the_bill_may_be_waived if {
	effects(sample.waiver) == set()
	effects(sample.put(sample.waiver, {"/resource/invoice/lines/1/kind": "one_off"})) == set()
}

test_what_is_no_fee_is_denied if {
	effects(sample.put(sample.waiver, {"/call/arguments/line_id": "L-1"})) == {"deny"}
	effects(sample.put(sample.waiver, {"/call/arguments/line_id": "L-9"})) == {"deny"}
	effects(sample.put(sample.waiver, {"/resource/invoice/lines/1/waived": true})) == {"deny"}
	effects(sample.put(sample.waiver, {"/resource/invoice/lines/1/amount_minor": "1000"})) == {"deny"}
	effects(sample.put(sample.waiver, {"/resource/invoice/lines/1/amount_minor": 999.5})) == {"deny"}
	effects(sample.without(sample.waiver, "/resource/invoice")) == {"deny"}
}

test_more_than_the_fee_is_denied if {
	messages(sample.put(sample.waiver, {"/call/arguments/amount_minor": 1001})) == {"The fee is only 10.00 USD."}
	effects(sample.put(sample.waiver, {"/call/arguments/amount_minor": 1001})) == {"deny"}
}

test_another_invoices_fee_is_denied if effects(sample.put(sample.waiver, {"/resource/invoice/invoice_id": "INV-9"})) == {"deny"}

test_other_tools_are_not_meant if {
	effects(sample.credit) == set()
	effects(sample.put(sample.waiver, {"/call/tool": "apply_credit", "/call/arguments/amount_minor": 1001})) == set()
}
