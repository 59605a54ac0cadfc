using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.State.Tables;

/// <summary>
/// A log whose appends end when the tables of it show them, so that whoever appended reads what follows from it. The tables fold the log as ever, in one place and one order; it is the answer that waits.
/// <para>
/// The log is the truth, and a table a cache of it: a record that a table cannot fold does not take an append back that was durable, and an error would have the appender append again. So an append never
/// fails because of a table. When a table stopped, was closed or is being rebuilt, appends do not wait for it; <see cref="AppendInlineAsync"/> says which tables are behind.
/// </para>
/// As <see cref="ILog"/> in everything else. Appends that went past this one are not waited for by anybody.
/// </summary>
public sealed class InlineLog : DelegatingLog
{
    private readonly Table[] _tables;

    /// <summary>Puts the tables of a log between it and whoever appends.</summary>
    /// <param name="log">The log; whoever opened it closes it.</param>
    /// <param name="tables">Tables of this log and no other; whoever opened them closes them.</param>
    /// <exception cref="ArgumentException">A table follows another log.</exception>
    public InlineLog(ILog log, params IReadOnlyList<Table> tables)
        : base(log)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _tables = [.. tables];
        if (_tables.Any(table => !table.IsOf(log.Id)))
        {
            throw new ArgumentException($"Appends to log '{log.Name}' can wait for tables of this log alone.", nameof(tables));
        }
    }

    /// <summary>As <see cref="AppendAsync"/>, and says which tables do not show the records.</summary>
    /// <param name="batches">The batches, back to back.</param>
    /// <param name="options">As for <see cref="ILog.AppendAsync"/>.</param>
    /// <param name="cancellationToken">Refuses an append that has not begun; afterwards it ends the waiting for tables, and no more.</param>
    /// <exception cref="LogException">As <see cref="ILog.AppendAsync"/>.</exception>
    public async ValueTask<InlineAppend> AppendInlineAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        AppendResult result = await Inner.AppendAsync(batches, options, cancellationToken).ConfigureAwait(false);
        return new InlineAppend(result, await ShowAsync(result.NextOffset, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        (await AppendInlineAsync(batches, options, cancellationToken).ConfigureAwait(false)).Result;

    /// <inheritdoc/>
    public override async ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        AppendOutcome outcome = await Inner.TryAppendAsync(batches, options, cancellationToken).ConfigureAwait(false);
        if (outcome.IsStored)
        {
            await ShowAsync(outcome.Result.NextOffset, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    // Waits until the tables show everything below an offset; those that will not, or not soon, are the answer.
    private async ValueTask<IReadOnlyList<Table>> ShowAsync(Offset position, CancellationToken cancellationToken)
    {
        List<Table>? behind = null;
        foreach (Table table in _tables)
        {
            if (!await table.TryReachAsync(position, cancellationToken).ConfigureAwait(false))
            {
                (behind ??= []).Add(table);
            }
        }

        return behind ?? (IReadOnlyList<Table>)[];
    }
}
