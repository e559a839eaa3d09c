from odoo import api, fields, models

from odoo.addons.sale_order_flow.photo import check_photo_size


class InstallSitePhoto(models.Model):
    """A photo of an entry of the site log; kept in a size that is read on a phone (I5)."""

    _name = "install.site.photo"
    _description = "Photo of the Site"
    _inherit = ["approval.stamped"]
    _order = "id"

    log_id = fields.Many2one("install.site.log", required=True, index=True, ondelete="cascade")
    project_id = fields.Many2one(related="log_id.project_id", store=True, index=True)
    company_id = fields.Many2one(related="log_id.company_id", store=True)
    photo = fields.Image(max_width=1920, max_height=1920, required=True)
    note = fields.Char(string="What It Shows")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_photo_size(self.env, vals.get("photo"))
        photos = super().create(vals_list)
        photos.log_id._check_author()
        return photos

    def write(self, vals):
        self.log_id._check_author()
        check_photo_size(self.env, vals.get("photo"))
        result = super().write(vals)
        # an entry it was moved to
        self.log_id._check_author()
        return result

    def unlink(self):
        self.log_id._check_author()
        return super().unlink()

    def _frozen_files(self, files):
        """What stands in the log stands, by way of the attachment as well."""
        open_ids = self.filtered(lambda photo: photo.project_id.state == "installing").ids
        return files.filtered(lambda file: file.res_field and file.res_id not in open_ids)
