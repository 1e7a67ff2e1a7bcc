package contact_centre.rules.call.limits_test

import data.contact_centre.rules.call.limits
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in limits.report with input as document with data.revision as sample.revision
}

by_group := {
	"money_back": sample.refund, "contact": sample.contact_change, "cancel": sample.cancellation, "offer": sample.offer,
	"scheduling": sample.booking, "message": sample.message,
	"consent": sample.consent, "consent_request": sample.consent_request,
}

with_default(document, limits) := answer if answer := effects(document) with data.limits.default as limits

with_tenant(limits) := answer if answer := effects(sample.refund) with data.limits.tenants as {"northwind-fibre": limits}

test_usable_limits_pass if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_every_limit_is_needed_where_it_counts if {
	object.keys(by_group) == object.keys(limits.sections)
	every group, sections in limits.sections {
		every section in sections {
			every name in object.keys(data.limits.default[section]) {
				with_default(
					by_group[group],
					sample.without(data.limits.default, concat("/", ["", section, name])),
				) == {"deny"}
			}
		}
	}
}

test_a_whole_section_is_needed if {
	with_default(sample.refund, sample.without(data.limits.default, "/identity")) == {"deny"}
	with_default(sample.offer, sample.put(data.limits.default, {"/retention": "none"})) == {"deny"}
}

test_a_limit_that_is_no_number_is_denied if {
	with_tenant({"money_back": {"automatic_minor": "5000"}}) == {"deny"}
	with_tenant({"identity": {"strong_max_age_s": null}}) == {"deny"}
}

test_a_limit_that_is_not_whole_is_denied if {
	with_tenant({"money_back": {"automatic_minor": 50.5}}) == {"deny"}
	with_tenant({"identity": {"strong_max_age_s": -1}}) == {"deny"}
}

test_limits_that_cannot_be_halved_are_denied if {
	nothing := {"northwind-fibre": {"partners": {"money_divisor": 0}}}
	effects(sample.refund) == set() with data.limits.tenants as nothing
	effects(sample.by_partner(sample.refund)) == set()
	effects(sample.by_partner(sample.booking)) == set() with data.limits.tenants as nothing
	effects(sample.by_partner(sample.refund)) == {"deny"} with data.limits.tenants as nothing
}

test_the_currency_is_a_text if {
	with_tenant({"currency": 840}) == {"deny"}
	with_tenant({"currency": ""}) == {"deny"}
	with_default(sample.refund, sample.without(data.limits.default, "/currency")) == {"deny"}
}

test_a_tenant_may_have_its_own_limits if with_tenant({"money_back": {"automatic_minor": 100}}) == set()

test_a_tenant_without_limits_has_the_default_ones if with_tenant("none") == set()

test_without_limits_nothing_passes if with_default(sample.refund, {}) == {"deny"}

test_reading_needs_no_limits if with_default(sample.invoices_read, {}) == set()
