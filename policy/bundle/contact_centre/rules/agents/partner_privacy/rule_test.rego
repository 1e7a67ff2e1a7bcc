package contact_centre.rules.agents.partner_privacy_test

import data.contact_centre.rules.agents.partner_privacy
import data.contact_centre.samples_test as sample

obligations(document) := answer if answer := partner_privacy.obligation with input as document with data.revision as sample.revision

customer_read := sample.put(sample.invoices_read, {"/call/server": "crm", "/call/tool": "get_customer"})

test_partners_do_not_see_contact_details if {
	obligations(sample.by_partner(customer_read)) == {{"type": "mask", "fields": ["/email", "/phone", "/address"]}}
}

test_a_tenant_may_mask_more if {
	tenant := {"northwind-fibre": {"partner_masks": {"erp.list_invoices": ["/items"]}}}
	masks := obligations(sample.by_partner(sample.invoices_read)) with data.roles.tenants as tenant
	masks == {{"type": "mask", "fields": ["/items"]}}
}

test_our_own_specialists_see_them if obligations(customer_read) == set()

test_nothing_else_is_masked if obligations(sample.by_partner(sample.invoices_read)) == set()
