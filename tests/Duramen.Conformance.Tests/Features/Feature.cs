namespace Duramen.Conformance.Tests.Features;

/// <summary>Something that clients do with a server, and how it is seen that they do.</summary>
/// <param name="Area">The part of the table that it is in.</param>
/// <param name="Name">What the table calls it; unique.</param>
/// <param name="CheckAsync">Throws when it is not so.</param>
internal sealed record Feature(string Area, string Name, Func<Trial, Task> CheckAsync)
{
    public override string ToString() => Name;
}
