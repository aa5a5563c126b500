using Cofferdam.DBus;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>A property of a unit (org.freedesktop.systemd1(5)).</summary>
/// <param name="Name">As on the bus: CPUQuotaPerSecUSec, not CPUQuota.</param>
/// <param name="Value">Of the type that systemd wants.</param>
/// <param name="IsOptional">
/// Whether an old systemd that does not know it may go without: the limit is also written to its file.
/// </param>
internal readonly record struct UnitProperty(string Name, DBusValue Value, bool IsOptional = false)
{
    /// <summary>As busctl(1) writes it: <c>CPUWeight t 100</c>.</summary>
    public override string ToString() => $"{Name} {Value.Signature} {Value}";

    /// <summary>The struct of it in a list of properties.</summary>
    public DBusValue ToStruct() => DBusValue.Struct(DBusValue.Of(Name), DBusValue.Variant(Value));
}
