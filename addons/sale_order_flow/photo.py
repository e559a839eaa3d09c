from odoo.exceptions import UserError

# bytes of a picture as it is handed in; a phone's photos are smaller
PHOTO_LIMIT = 8 * 1024 * 1024


def check_photo_size(env, photo):
    """Refuse a photo before it is read and made smaller.

    :param photo: base64, or nothing
    :raise UserError: when it is larger than ``PHOTO_LIMIT`` bytes
    """
    # base64: four characters for three bytes
    if photo and len(photo) * 3 // 4 > PHOTO_LIMIT:
        raise UserError(
            env._(
                "The photo is larger than %s MB. Take a smaller one.",
                PHOTO_LIMIT // 1024 // 1024,
            )
        )
