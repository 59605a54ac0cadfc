using Duramen.Records.Batches;

namespace Duramen.State.Tables;

/// <summary>
/// What a table is computed by: a fold of records into keys and values. It must depend on nothing but the records and the table: no clock, no chance, no
/// order of a hash table. A projection that is changed gets another version, and its table is folded anew beside the old one.
/// </summary>
public interface IProjection
{
    /// <summary>What the projection is called; part of the identity of its table.</summary>
    string Name { get; }

    /// <summary>The version of what it does; part of the identity of its table.</summary>
    int Version { get; }

    /// <summary>
    /// Applies one record. What it changes is seen as a whole, or, when it throws, not at all: then the table stops at the record.
    /// </summary>
    /// <param name="source">Which of the table's logs the record is from, counted from 0.</param>
    /// <param name="record">The record; good until this returns.</param>
    /// <param name="changes">Takes the changes, and answers what the table holds.</param>
    void Apply(int source, RecordView record, TableChanges changes);
}
