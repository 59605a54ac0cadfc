using Duramen.Log;

namespace Duramen.State.Tables;

/// <summary>What became of an append through an <see cref="InlineLog"/>.</summary>
/// <param name="Result">Where the records are: they are in the log, durable, whatever the tables made of them.</param>
/// <param name="Behind">
/// The tables that do not show the records yet: <see cref="Table.Fault"/> or <see cref="Table.IsRebuilding"/> says why. Empty as it should be.
/// </param>
public readonly record struct InlineAppend(AppendResult Result, IReadOnlyList<Table> Behind)
{
    /// <summary>Whether every table shows the records.</summary>
    public bool IsVisible => Behind.Count == 0;
}
