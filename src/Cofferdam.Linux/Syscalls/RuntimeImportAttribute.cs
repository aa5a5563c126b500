namespace System.Runtime;

/// <summary>Recognised by name by the NativeAOT compiler: the method is a direct call of a linked symbol.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string library, string entryPoint) : Attribute
{
    public string Library => library;

    public string EntryPoint => entryPoint;
}
