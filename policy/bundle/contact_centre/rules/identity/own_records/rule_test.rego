package contact_centre.rules.identity.own_records_test

import data.contact_centre.rules.identity.own_records
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in own_records.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in own_records.report with input as document with data.revision as sample.revision
}

test_own_records_pass if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_another_customer_in_the_arguments_is_denied if {
	effects(sample.put(sample.invoices_read, {"/call/arguments/customer_id": "C-2"})) == {"deny"}
	effects(sample.put(sample.invoices_read, {"/call/arguments/customer_id": null})) == {"deny"}
	effects(sample.put(sample.credit, {"/call/arguments/customer_id": ["C-1"]})) == {"deny"}
}

test_a_customer_under_another_name_has_to_be_the_one_in_the_conversation if {
	named := {"erp.list_invoices": {"group": "read", "kind": "read", "reads": {}, "customer": "member"}}
	effects(sample.put(sample.invoices_read, {"/call/arguments/member": "C-1"})) == set() with data.tools as named
	effects(sample.put(sample.invoices_read, {"/call/arguments/member": "C-2"})) == {"deny"} with data.tools as named
	effects(sample.invoices_read) == {"deny"} with data.tools as named
}

test_a_code_for_somebody_else_is_denied if {
	document := sample.put(sample.verification, {"/principal/customer": sample.refund.principal.customer})
	effects(document) == set()
	effects(sample.put(document, {"/call/arguments/customer_id": "C-2"})) == {"deny"}
}

test_another_customers_record_is_denied if {
	effects(sample.put(sample.refund, {"/resource/payment/customer_id": "C-2"})) == {"deny"}
	messages(sample.put(sample.restart, {"/resource/device/customer_id": "C-2"})) == {"The device in this call belongs to another customer."}
}

test_while_nobody_is_known_anybody_may_be_asked_for_a_code if effects(sample.verification) == set()
