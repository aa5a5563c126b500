using Cofferdam.DBus;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>A list of properties in which each name is once: a later value replaces an earlier one.</summary>
internal sealed class UnitProperties
{
    private readonly List<UnitProperty> _all = [];

    public IReadOnlyList<UnitProperty> All => _all;

    public void Set(UnitProperty property)
    {
        Remove(property.Name);
        _all.Add(property);
    }

    public void Set(string name, DBusValue value, bool isOptional = false) => Set(new UnitProperty(name, value, isOptional));

    /// <summary>A limit in bytes, tasks or microseconds.</summary>
    public void Set(string name, ulong value, bool isOptional = false) => Set(name, DBusValue.Of(value), isOptional);

    public void Remove(string name) => _all.RemoveAll(p => p.Name == name);

    /// <summary>As StartTransientUnit and SetUnitProperties take them.</summary>
    public DBusValue ToArray() => DBusValue.Array("(sv)", _all.ConvertAll(static p => p.ToStruct()));

    public override string ToString() => string.Join('\n', _all);
}
