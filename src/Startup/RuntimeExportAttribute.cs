#if !COFFER_PLAIN_MAIN
namespace System.Runtime;

/// <summary>Recognised by name by the NativeAOT compiler: the method gets a C symbol, with no runtime transition.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint => entryPoint;
}
#endif
