namespace Duramen.Derived;

/// <summary>Which state: its kind, which is also the name of its folder, and the topic that it is folded from.</summary>
internal readonly record struct StateKey(string Kind, Guid TopicId)
{
    /// <summary>The state's folder under that of all.</summary>
    public string RelativePath => $"{Kind}/{TopicId:D}";
}
