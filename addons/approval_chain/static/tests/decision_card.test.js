import { expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

class Document extends models.Model {
    _name = "document";

    card = fields.Json();
    sheet = fields.Json();

    _records = [
        {
            id: 1,
            card: [
                {
                    title: "Prices",
                    facts: [{ label: "Margin", value: "-3.0%", tone: "danger" }],
                    table: {
                        columns: ["Product", "Price"],
                        rows: [
                            [
                                { value: "Pump", tone: "" },
                                { value: "90.00", tone: "danger" },
                            ],
                        ],
                    },
                },
            ],
            sheet: {
                title: "S1",
                files: [
                    { id: 7, name: "offer.png", mimetype: "image/png", checksum: "abc" },
                    { id: 8, name: "plan.dwg", mimetype: "application/x-dwg", checksum: "def" },
                ],
            },
        },
    ];
}

defineMailModels();
defineModels([Document]);

const mountForm = (arch) =>
    mountView({ type: "form", resModel: "document", resId: 1, arch: `<form>${arch}</form>` });

test("a fact that matters says so by sign and text, not by colour alone", async () => {
    await mountForm(`<field name="card" widget="approval_decision_card"/>`);
    expect(".o_approval_card dd").toHaveText("-3.0%");
    expect(".o_approval_card dd i").toHaveAttribute("aria-label", "important");
    expect(".o_approval_card tbody td:eq(1)").toHaveClass("text-danger");
});

test("pictures open in place, and can be closed again", async () => {
    await mountForm(`<field name="sheet" widget="approval_sheet"/>`);
    expect(".o_approval_file").toHaveCount(2);
    await contains(".o_approval_file:eq(0) button").click();
    expect(".o-FileViewer").toHaveCount(1);
    expect(".o-FileViewer img").toHaveCount(1);
    await contains(".o-FileViewer [aria-label=Close]").click();
    expect(".o-FileViewer").toHaveCount(0);
});
