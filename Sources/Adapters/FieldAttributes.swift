/// What exports of the field say of people and apps beside who and where they are.

package import Model

/// Attributes to select by, in the spelling of their source.
package enum FieldAttributes {
    package static let all: [Capabilities.Attribute] =
        userProperties.map {
            Capabilities.Attribute(name: $0, source: "Get-CsUser, property \($0)")
        }
        + directoryAdditions.map {
            Capabilities.Attribute(
                name: $0, source: "Get-ADUser, property \($0), added to the export")
        }
        + appColumns.map {
            Capabilities.Attribute(name: $0, source: "the apps file, column \($0)")
        }

    /// Properties of the objects that `Get-CsUser` returns, in their order, without those that say
    /// who and where somebody is (`Guid`, `SipAddress`, `RegistrarPool`, `TargetRegistrarPool`,
    /// `HomeServer`, `TargetServerIfMoving`): these are the record itself.
    private static let userProperties = [
        "Identity", "Sid", "SamAccountName", "UserPrincipalName", "DisplayName",
        "DistinguishedName", "Enabled", "HostingProvider", "LineURI", "LineServerURI",
        "PrivateLine", "EnterpriseVoiceEnabled", "EnabledForFederation",
        "EnabledForInternetAccess", "EnabledForRichPresence", "PublicNetworkEnabled",
        "RemoteCallControlTelephonyEnabled", "AudioVideoDisabled", "HostedVoiceMail", "TenantId",
        "VoicePolicy", "DialPlan", "ConferencingPolicy", "ClientPolicy", "ClientVersionPolicy",
        "ArchivingPolicy", "ExternalAccessPolicy", "MobilityPolicy", "PresencePolicy", "PinPolicy",
        "LocationPolicy", "HostedVoicemailPolicy", "WhenChanged", "WhenCreated",
        "OriginatingServer", "IsValid", "ObjectState",
    ]

    /// What administrators usually join to the export from Active Directory.
    private static let directoryAdditions = [
        "Department", "Company", "Office", "City", "Country", "Title",
    ]

    /// Columns of the apps file that say more than what an app is and where it lives. It has
    /// `DisplayName` too.
    private static let appColumns = ["Address", "From", "To", "Detail"]

    /// Attributes that a kind can have; the others are absent from it, whatever was read.
    package static func has(_ name: String, _ kind: Kind) -> Bool {
        kind == .user
            ? !appColumns.contains(name) : name == "DisplayName" || appColumns.contains(name)
    }
}
