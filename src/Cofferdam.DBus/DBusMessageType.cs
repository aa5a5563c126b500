namespace Cofferdam.DBus;

/// <summary>What a message is (dbus-specification, Message Format).</summary>
public enum DBusMessageType
{
    Invalid = 0,
    Call = 1,
    Return = 2,
    Error = 3,
    Signal = 4,
}
