"""The page kit's views: attributes in the apps, behaviour here."""
