package contact_centre.rules.changes.confirmed_test

import data.contact_centre.rules.changes.confirmed
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in confirmed.report with input as document with data.revision as sample.revision
}

test_without_a_yes_the_customer_is_asked if effects(sample.reschedule) == {"confirm"}

test_a_yes_to_exactly_this_counts if effects(sample.confirmed(sample.reschedule)) == set()

test_a_yes_to_other_arguments_does_not_count if {
	effects(sample.put(sample.confirmed(sample.reschedule), {"/evidence/confirmation/arguments_digest": "sha256:other"})) == {"confirm"}
	effects(sample.put(sample.confirmed(sample.reschedule), {"/call/arguments_digest": "sha256:other"})) == {"confirm"}
}

test_a_yes_under_another_policy_does_not_count if {
	effects(sample.put(sample.confirmed(sample.reschedule), {"/evidence/confirmation/policy_revision": "older"})) == {"confirm"}
}

test_an_expired_yes_does_not_count if {
	effects(sample.put(sample.confirmed(sample.reschedule), {"/now": "2026-03-01T12:09:59Z"})) == set()
	effects(sample.put(sample.confirmed(sample.reschedule), {"/now": "2026-03-01T12:10:00Z"})) == {"confirm"}
}

test_a_mere_true_does_not_count if effects(sample.put(sample.reschedule, {"/evidence/confirmation": true})) == {"confirm"}

test_changes_are_confirmed if {
	every document in {
		sample.contact_change, sample.booking, sample.restart, sample.offer, sample.cancellation, sample.arrangement,
		sample.sign_in_link, sample.consent,
	} {
		effects(document) == {"confirm"}
		effects(sample.confirmed(document)) == set()
	}
}

consent(field, value) := sample.sound("crm.set_consent", "retention", {"customer_id": "C-1", "field": field, "value": value}, {})

test_a_no_to_messages_needs_no_yes if {
	effects(consent("marketing", false)) == set()
	effects(consent("service", false)) == set()
}

test_a_yes_to_messages_and_a_change_for_partners_do if {
	effects(consent("marketing", true)) == {"confirm"}
	effects(consent("service", true)) == {"confirm"}
	effects(consent("partners", false)) == {"confirm"}
	effects(consent("service", null)) == {"confirm"}
	effects(sample.put(consent("service", false), {"/call/tool": "update_contact_detail"})) == {"confirm"}
}

test_a_no_to_a_partner_needs_no_yes if effects(sample.consent_withdrawal) == set()

test_the_rest_is_not if {
	every document in {
		sample.message, sample.invoices_read, sample.plans_read, sample.lookup, sample.verification, sample.note,
	} {
		effects(document) == set()
	}
}
