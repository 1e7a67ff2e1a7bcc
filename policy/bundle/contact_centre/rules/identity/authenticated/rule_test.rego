package contact_centre.rules.identity.authenticated_test

import data.contact_centre.rules.identity.authenticated
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in authenticated.report with input as document with data.revision as sample.revision
}

test_signed_in_customers_pass if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_an_anonymous_customer_must_prove_who_they_are if {
	effects(sample.put(sample.invoices_read, {"/principal/customer/auth_level": "anonymous"})) == {"step_up"}
	effects(sample.put(sample.refund, {"/principal/customer/auth_level": "anonymous"})) == {"step_up"}
	effects(sample.put(sample.note, {"/principal/customer/auth_level": "anonymous"})) == {"step_up"}
}

test_nobody_is_denied if {
	effects(sample.put(sample.invoices_read, {"/principal/customer": null})) == {"deny"}
	effects(sample.put(sample.invoices_read, {"/principal/customer/id": ""})) == {"deny"}
}

test_public_information_needs_nobody if {
	effects(sample.put(sample.plans_read, {"/principal/customer": null})) == set()
	effects(sample.put(sample.plans_read, {"/principal/customer/auth_level": "anonymous"})) == set()
}
