detection = Detection("detection", DetectionArgs(features=["EKS_AUDIT_LOGS"]))
