using System.Text.Json;
using Duramen.Cli.Records;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Verification;

namespace Duramen.Cli.Commands;

/// <summary>Descriptions of logs as JSON.</summary>
internal static class LogJson
{
    public static void WriteSummary(Utf8JsonWriter writer, LogDescription log)
    {
        writer.WriteString("log"u8, log.Name);
        writer.WriteString("id"u8, log.Id.ToString());
        writer.WriteNumber("start"u8, log.Watermarks.Start.Value);
        writer.WriteNumber("committed"u8, log.Watermarks.Committed.Value);
        writer.WriteNumber("end"u8, log.Watermarks.End.Value);
        writer.WriteNumber("records"u8, log.RecordCount);
        writer.WriteNumber("sizeBytes"u8, log.SizeBytes);
        writer.WriteNumber("segmentCount"u8, log.Segments.Count);
        writer.WriteString("cleanup"u8, LogSettings.NameOf(log.Options.Cleanup));
    }

    public static void WriteDetails(Utf8JsonWriter writer, LogDescription log, LiveRecords? live)
    {
        WriteSummary(writer, log);
        writer.WriteNumber("durable"u8, log.Watermarks.Durable.Value);
        LogOptions options = log.Options;
        writer.WriteStartObject("options"u8);
        writer.WriteString("cleanup"u8, LogSettings.NameOf(options.Cleanup));
        writer.WriteNumber("segmentBytes"u8, options.SegmentSizeBytes);
        writer.WriteNumber("segmentMs"u8, options.SegmentMs);
        writer.WriteNumber("segmentJitterMs"u8, options.SegmentJitterMs);
        writer.WriteNumber("retentionMs"u8, options.RetentionMs);
        writer.WriteNumber("retentionBytes"u8, options.RetentionBytes);
        writer.WriteNumber("minCompactionLagMs"u8, options.MinCompactionLagMs);
        writer.WriteNumber("maxCompactionLagMs"u8, options.MaxCompactionLagMs);
        writer.WriteNumber("deleteRetentionMs"u8, options.DeleteRetentionMs);
        writer.WriteNumber("minCleanableRatio"u8, options.MinCleanableRatio);
        writer.WriteEndObject();
        if (live is not null)
        {
            writer.WriteNumber("liveRecords"u8, live.Live);
            writer.WriteNumber("liveRatio"u8, live.Records == 0 ? 1 : (double)live.Live / live.Records);
        }

        writer.WriteStartArray("segments"u8);
        foreach (SegmentDescription segment in log.Segments)
        {
            writer.WriteStartObject();
            writer.WriteString("file"u8, segment.File);
            writer.WriteNumber("baseOffset"u8, segment.BaseOffset.Value);
            writer.WriteNumber("nextOffset"u8, segment.NextOffset.Value);
            writer.WriteNumber("generation"u8, segment.Generation);
            writer.WriteNumber("sizeBytes"u8, segment.SizeBytes);
            writer.WriteNumber("records"u8, segment.RecordCount);
            WriteNumber(writer, "maxTimestamp", segment.MaxTimestampMs);
            writer.WriteNumber("indexEntries"u8, segment.IndexEntries);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteJournal(Utf8JsonWriter writer, JournalDescription? journal)
    {
        if (journal is null)
        {
            writer.WriteNull("journal"u8);
            return;
        }

        writer.WriteStartObject("journal"u8);
        writer.WriteBoolean("closedInOrder"u8, journal.IsClean);
        writer.WriteNumber("checkpoint"u8, journal.CatalogSequence);
        writer.WriteNumber("nextGroup"u8, journal.NextGroup);
        writer.WriteNumber("nextFile"u8, journal.NextFile);
        writer.WriteNumber("nextByte"u8, journal.NextPosition);
        WriteNumber(writer, "syncedGroup", journal.SyncedGroup);
        writer.WriteNumber("files"u8, journal.Files);
        writer.WriteNumber("sizeBytes"u8, journal.SizeBytes);
        writer.WriteEndObject();
    }

    /// <summary>A number, or null.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is long number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
