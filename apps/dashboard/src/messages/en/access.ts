export const enAccess = {
  access: {
    whoMayUse: () => "Who may use it",
    private: () => "Only its owner",
    administrators: () => "Administrators only",
    restricted: () => "Certain people and groups",
    everyone: () => "Everyone who is signed in",
    inherit: () => "As its connection says",
    canUse: () => "Can use",
    canEdit: () => "Can edit",
    canEditHelp: () => "They may use it, too, and see its prompt and parameters.",
    pickerPlaceholder: () => "Search groups and people",
    group: () => "Group",
    unknownGroup: () => "A group you do not see",
    unknownUser: () => "Someone you do not see",
    needsShare: () => "Sharing needs the permission models.share.",
    needsPublic: () => "Needs the permission models.share_public.",
    visibility: {
      public: () => "Everyone",
      private: () => "Private",
      restricted: () => "Shared",
    },
    widenTitle: (p: { name: string }) => `Share ${p.name} with everyone?`,
    widenHint: () =>
      "Everyone who is signed in, now and later, may use it. Its prompt stays hidden from them.",
    widen: () => "Share with everyone",
  },
};
