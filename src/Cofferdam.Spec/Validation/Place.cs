namespace Cofferdam.Spec;

/// <summary>A JSON path that becomes text only when something is wrong there: most configurations are right.</summary>
internal readonly struct Place(string path, int index = -1)
{
    /// <summary>The path of a field of the object at this place; <paramref name="name"/> begins with a dot.</summary>
    public string Field(string name) => index < 0 ? path + name : $"{path}[{index}]{name}";
}
