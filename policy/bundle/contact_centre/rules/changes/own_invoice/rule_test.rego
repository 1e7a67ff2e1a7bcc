package contact_centre.rules.changes.own_invoice_test

import data.contact_centre.rules.changes.own_invoice
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in own_invoice.report with input as document with data.revision as sample.revision
}

link := sample.put(sample.arrangement, {
	"/call/server": "payments",
	"/call/tool": "create_payment_link",
	"/call/arguments": {"customer_id": "C-1", "invoice_id": "INV-1", "amount_minor": 6499},
})

test_an_own_bill_passes if {
	effects(sample.arrangement) == set()
	effects(link) == set()
}

test_another_bill_is_denied if {
	every document in {sample.arrangement, link} {
		effects(sample.put(document, {"/call/arguments/invoice_id": "INV-9"})) == {"deny"}
		effects(sample.without(document, "/call/arguments/invoice_id")) == {"deny"}
		effects(sample.without(document, "/resource/invoice")) == {"deny"}
	}
}

test_other_tools_are_not_meant if {
	effects(sample.plan_change) == set()
	effects(sample.without(sample.waiver, "/resource/invoice")) == set()
}
