// Generated from Schema/SyncGroup.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that hands in the leader's assignment and returns each member its part.</summary>
public sealed class SyncGroupRequest : IKafkaRequest<SyncGroupRequest, SyncGroupResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.SyncGroup;

    /// <summary>The id of the group.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>The generation of the group.</summary>
    public int GenerationId { get; set; }

    /// <summary>The id that the coordinator gave the member.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
    public string? GroupInstanceId { get; set; }

    /// <summary>The kind of the group, such as `consumer`.</summary>
    public string? ProtocolType { get; set; }

    /// <summary>The name of the protocol that the group agreed on.</summary>
    public string? ProtocolName { get; set; }

    /// <summary>The part of each member, from the leader; empty from the others.</summary>
    public List<MemberAssignment> Assignments { get; set; } = [];

    /// <inheritdoc/>
    public static SyncGroupRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("SyncGroupRequest", version, min: 0, max: 5, flexible: 4);
        var message = new SyncGroupRequest();
        message.GroupId = reader.ReadString("GroupId");
        message.GenerationId = reader.ReadInt32("GenerationId");
        message.MemberId = reader.ReadString("MemberId");
        if (version >= 3)
        {
            message.GroupInstanceId = reader.ReadNullableString("GroupInstanceId");
        }

        if (version >= 5)
        {
            message.ProtocolType = reader.ReadNullableString("ProtocolType");
        }

        if (version >= 5)
        {
            message.ProtocolName = reader.ReadNullableString("ProtocolName");
        }

        int assignmentsCount = reader.ReadCount("Assignments", minElementSizeBytes: 3);
        message.Assignments.EnsureCapacity(assignmentsCount);
        for (int i = 0; i < assignmentsCount; i++)
        {
            message.Assignments.Add(MemberAssignment.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("SyncGroupRequest", version, min: 0, max: 5, flexible: 4);
        writer.WriteString(GroupId, "GroupId");
        writer.WriteInt32(GenerationId);
        writer.WriteString(MemberId, "MemberId");
        if (version >= 3)
        {
            writer.WriteNullableString(GroupInstanceId, "GroupInstanceId");
        }
        else
        {
            writer.Omit("GroupInstanceId", isSet: GroupInstanceId is not null);
        }

        if (version >= 5)
        {
            writer.WriteNullableString(ProtocolType, "ProtocolType");
        }

        if (version >= 5)
        {
            writer.WriteNullableString(ProtocolName, "ProtocolName");
        }

        writer.WriteCount(Assignments, "Assignments");
        foreach (MemberAssignment element in Assignments)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Assignments</c>.</summary>
    public sealed class MemberAssignment
    {
        /// <summary>The id that the coordinator gave the member.</summary>
        public string MemberId { get; set; } = "";

        /// <summary>The member's part; not looked into.</summary>
        public ReadOnlyMemory<byte> Assignment { get; set; }

        internal static MemberAssignment Read(ref KafkaReader reader, short version)
        {
            var structure = new MemberAssignment();
            structure.MemberId = reader.ReadString("Assignments[].MemberId");
            structure.Assignment = reader.ReadBytes("Assignments[].Assignment");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(MemberId, "Assignments[].MemberId");
            writer.WriteBytes(Assignment, "Assignments[].Assignment");
            writer.WriteNoTags();
        }
    }
}
