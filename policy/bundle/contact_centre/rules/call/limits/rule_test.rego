package contact_centre.rules.call.limits_test

import data.contact_centre.rules.call.limits
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in limits.report with input as document with data.revision as sample.revision
}

with_default(limits) := answer if answer := effects(sample.refund) with data.limits.default as limits

with_tenant(limits) := answer if answer := effects(sample.refund) with data.limits.tenants as {"northwind-fibre": limits}

test_complete_limits_pass if effects(sample.refund) == set()

test_every_limit_is_needed if {
	some section, names in limits.required
	every name in names {
		with_default(sample.without(data.limits.default, concat("/", ["", section, name]))) == {"deny"}
	}
}

test_a_limit_that_is_no_number_is_denied if with_tenant({"money_back": {"automatic_minor": "5000"}}) == {"deny"}

test_a_limit_that_is_not_whole_is_denied if {
	with_tenant({"money_back": {"automatic_minor": 50.5}}) == {"deny"}
	with_tenant({"identity": {"strong_max_age_s": -1}}) == {"deny"}
	with_tenant({"partners": {"money_divisor": 0}}) == set()
	dividing := effects(sample.by_partner(sample.refund)) with data.limits.tenants as {"northwind-fibre": {"partners": {"money_divisor": 0}}}
	dividing == {"deny"}
}

test_the_currency_is_a_text if {
	with_tenant({"currency": 840}) == {"deny"}
	with_default(sample.without(data.limits.default, "/currency")) == {"deny"}
}

test_a_limit_of_nothing_is_denied if with_tenant({"identity": {"strong_max_age_s": null}}) == {"deny"}

test_a_tenant_may_have_its_own_limits if with_tenant({"money_back": {"automatic_minor": 100}}) == set()

test_a_tenant_that_is_no_object_is_denied if with_tenant("generous") == {"deny"}

test_without_limits_nothing_passes if with_default({}) == {"deny"}
