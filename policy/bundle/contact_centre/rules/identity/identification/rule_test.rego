package contact_centre.rules.identity.identification_test

import data.contact_centre.rules.identity.identification
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in identification.report with input as document with data.revision as sample.revision
}

test_customers_are_looked_up_while_nobody_is_known if {
	effects(sample.lookup) == {"allow"}
	claimed := {"id": "C-1", "auth_level": "anonymous", "auth_age_s": null, "flags": []}
	effects(sample.put(sample.lookup, {"/principal/customer": claimed})) == {"allow"}
}

test_a_known_customers_conversation_looks_nobody_up if {
	effects(sample.put(sample.lookup, {"/principal/customer": sample.refund.principal.customer})) == set()
}

test_a_representative_may_look_customers_up if {
	effects(sample.put(sample.lookup, {
		"/principal/customer": sample.refund.principal.customer,
		"/principal/agent/kind": "representative",
	})) == {"allow"}
}

test_nothing_else_is_allowed if {
	every document in sample.all - {sample.lookup} {
		effects(document) == set()
		effects(sample.put(document, {"/principal/agent/kind": "representative"})) == set()
		effects(sample.put(document, {"/principal/customer": null})) == set()
	}
}
