namespace Duramen.Storage.Folders;

/// <summary>What a journal has done since its folder was opened.</summary>
/// <param name="GroupsSynced">Groups written and synced; one sync of the journal each.</param>
/// <param name="OperationsSynced">Operations, mostly appends, that they held.</param>
/// <param name="DirectBytes">Bytes that went to segments directly, with a sync of the segment beside that of the journal.</param>
public readonly record struct JournalStatistics(long GroupsSynced, long OperationsSynced, long DirectBytes);
