package contact_centre.rules.identity.strong_test

import data.contact_centre.rules.identity.strong
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in strong.report with input as document with data.revision as sample.revision
}

test_fresh_proof_passes if {
	effects(sample.contact_change) == set()
	effects(sample.cancellation) == set()
	effects(sample.put(sample.cancellation, {"/principal/customer/auth_age_s": 600})) == set()
}

test_without_strong_proof_a_code_is_needed if {
	effects(sample.put(sample.contact_change, {"/principal/customer/auth_level": "authenticated"})) == {"step_up"}
	effects(sample.put(sample.cancellation, {"/principal/customer/auth_level": "authenticated"})) == {"step_up"}
	effects(sample.put(sample.sign_in_link, {"/principal/customer/auth_level": "authenticated"})) == {"step_up"}
	effects(sample.put(sample.consent, {"/principal/customer/auth_level": "authenticated"})) == {"step_up"}
	effects(sample.sign_in_link) == set()
	effects(sample.consent) == set()
}

test_old_proof_is_not_enough if effects(sample.put(sample.cancellation, {"/principal/customer/auth_age_s": 601})) == {"step_up"}

test_proof_of_no_known_age_is_not_enough if {
	effects(sample.put(sample.cancellation, {"/principal/customer/auth_age_s": null})) == {"step_up"}
	effects(sample.put(sample.cancellation, {"/principal/customer/auth_age_s": -1})) == {"step_up"}
	effects(sample.without(sample.cancellation, "/principal/customer/auth_age_s")) == {"step_up"}
}

test_other_changes_need_no_code if effects(sample.refund) == set()
